//! One of the targets of `kpl_tests::fuzz`, by the name in `KPL_FUZZ_TARGET`, under libFuzzer.

#![no_main]

use std::{env, sync::LazyLock};

use kpl_tests::fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = env::var("KPL_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("KPL_FUZZ_TARGET names no target: {name:?}")).1
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
