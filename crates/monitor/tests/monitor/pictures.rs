//! Makes the pictures of the documents that show the page: `orchestration/pictures.sh`.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::{Monitor, moving, sales};

/// Light and dark, each as PNG in base64, once the page is as `wanted`.
fn make(name: &str, snapshots: &[Value], tab: &str, height: u32, wanted: &str) {
    let folder = PathBuf::from(env::var_os("MONITOR_PICTURES").unwrap());
    for (scheme, ending) in [("light", ""), ("dark", "-dark")] {
        let mut browser = Browser::start().unwrap();
        let monitor = Monitor::at_the_end_of(snapshots);
        browser.set_screen(1280, height, scheme);
        browser.open(&format!("{}{tab}", monitor.url()));
        browser.wait(wanted);
        let picture = browser.picture();
        fs::write(folder.join(format!("{name}{ending}.png.base64")), picture).unwrap();
    }
}

#[test]
#[ignore = "makes pictures, in the folder MONITOR_PICTURES"]
fn the_tab_records_while_everything_is_on_its_way() {
    let wanted = "document.querySelector('.charts .line')?.getAttribute('d')?.length > 40";
    make("monitor-web", &moving(), "", 1256, wanted);
}

#[test]
#[ignore = "makes pictures, in the folder MONITOR_PICTURES"]
fn the_tab_analytics_at_the_end_of_a_run() {
    let wanted = "document.querySelectorAll('#results svg.chart').length > 10 \
                  && document.querySelector('#results svg.chart').childElementCount > 3 \
                  && document.getElementById('stream').innerText.includes('Ångström')";
    make("monitor-analytics", &sales(), "#analytics", 1640, wanted);
}
