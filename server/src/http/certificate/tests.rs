//! What becomes of files of every sort.

use super::*;

fn source(folder: &Path) -> Source {
    let store = StoreSetting::Sqlite(folder.join("kpl.db"));
    Source::new(&CertificateSetting::SelfSigned, &store, [127, 0, 0, 1].into())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_certificate_is_made_once_and_its_key_is_the_owners_alone() {
    let folder = tempfile::tempdir().unwrap();

    let first = source(folder.path()).load().unwrap();
    let second = source(folder.path()).load().unwrap();

    assert_eq!(first.fingerprint, second.fingerprint);
    assert_eq!(first.host.as_deref(), Some("localhost"));
    assert!(first.is_self_signed);
    let (chain, key) =
        (folder.path().join("kpl.db.cert.pem"), folder.path().join("kpl.db.key.pem"));
    assert_eq!((mode(&chain), mode(&key)), (0o644, 0o600));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_start_that_broke_off_after_the_key_is_finished_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    source(folder.path()).load().unwrap();
    let (chain, key) =
        (folder.path().join("kpl.db.cert.pem"), folder.path().join("kpl.db.key.pem"));
    let before = fs::read(&key).unwrap();
    fs::remove_file(&chain).unwrap();
    fs::write(folder.path().join("kpl.db.cert.pem.new"), "half a cert").unwrap();

    source(folder.path()).load().unwrap();

    assert_eq!(fs::read(&key).unwrap(), before);
}

#[test]
fn a_certificate_whose_key_is_gone_is_not_replaced_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    source(folder.path()).load().unwrap();
    fs::remove_file(folder.path().join("kpl.db.key.pem")).unwrap();

    let error = source(folder.path()).load().unwrap_err().to_string();

    assert!(error.contains("kpl.db.key.pem") && error.contains("put it back"), "{error}");
}

#[test]
fn what_is_no_certificate_or_no_key_is_named_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let pair = |name: &str| {
        let (chain, key) = (place(&format!("{name}.cert.pem")), place(&format!("{name}.key.pem")));
        make(&chain, &key, &["localhost".into()]).unwrap();
        (chain, key)
    };
    let ((chain, key), (_, other)) = (pair("a"), pair("b"));
    let locked = place("locked.pem");
    let kind = "ENCRYPTED PRIVATE KEY";
    fs::write(&locked, format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n")).unwrap();
    let broken = place("broken.pem");
    fs::write(&broken, "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").unwrap();
    let strange = place("strange.pem");
    fs::write(&strange, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let nowhere = place("nowhere.pem");

    for (chain, key, words) in [
        (&nowhere, &key, ["nowhere.pem", "not found"]),
        (&chain, &nowhere, ["nowhere.pem", "not found"]),
        (&key, &key, ["a.key.pem", "no certificate"]),
        (&broken, &key, ["broken.pem", "no certificate"]),
        (&strange, &key, ["strange.pem", "no TLS"]),
        (&chain, &chain, ["a.cert.pem", "no private key"]),
        (&chain, &locked, ["locked.pem", "without a password"]),
        (&chain, &other, ["b.key.pem", "a.cert.pem"]),
    ] {
        let given = Source::Given { chain: chain.clone(), key: key.clone() };
        let error = given.load().unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(!error.contains("BEGIN PRIVATE KEY-----\n"), "{error}");
    }
}

#[test]
fn a_certificate_holds_for_the_address_where_the_server_listens() {
    let abroad = names([192, 0, 2, 7].into());
    let anywhere = names([0, 0, 0, 0].into());

    assert!(abroad.contains(&"192.0.2.7".to_owned()) && abroad.contains(&"localhost".to_owned()));
    assert!(!anywhere.contains(&"0.0.0.0".to_owned()));
    assert!(params(&abroad).is_ok());
}

#[test]
fn a_store_in_memory_has_a_certificate_of_its_own_run() {
    let setting = (&CertificateSetting::SelfSigned, &StoreSetting::Memory);
    let source = Source::new(setting.0, setting.1, [127, 0, 0, 1].into());

    let (first, second) = (source.load().unwrap(), source.load().unwrap());

    assert_ne!(first.fingerprint, second.fingerprint);
}
