//! `laneset reap` as a service: its ticks, its connections, its end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::beside::{Beside, NO_GRACE};

#[test]
fn a_service_ticks_at_boot_and_again_until_it_is_told_to_stop() {
    for name in ["TERM", "INT"] {
        let mut beside = Beside::new(
            &format!("reap_service_{}", name.to_lowercase()),
            &[NO_GRACE, "every = \"200ms\""],
        );
        beside.queue.silent("auth", "NULL", 300, 2);
        let mut service = beside.start(&["--json"]);
        assert_eq!(
            service.tick()["reaped"]["auth"],
            2,
            "the first tick is at boot"
        );
        beside.queue.silent("auth", "NULL", 300, 3);
        let next = (0..10)
            .map(|_| service.tick())
            .find(|tick| tick["reaped"]["auth"] == 3);
        assert!(next.is_some());
        service.signal(name);
        let (code, log) = service.end();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("stopping after this transaction"), "{log}");
    }
}

#[test]
fn a_service_outlives_its_connections_and_its_database() {
    let mut beside = Beside::new("reap_reconnect", &[NO_GRACE, "every = \"200ms\""]);
    let mut service = beside.start(&["--json"]);
    service.tick();
    let mut other = beside.queue.server.session("postgres");
    other
        .execute("ALTER DATABASE reap_reconnect ALLOW_CONNECTIONS false")
        .unwrap();
    other
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'reap_reconnect' AND application_name = 'laneset reap'")
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    other
        .execute("ALTER DATABASE reap_reconnect ALLOW_CONNECTIONS true")
        .unwrap();
    beside.queue.silent("auth", "NULL", 300, 3);
    let found = (0..40)
        .map(|_| service.tick())
        .find(|tick| tick["reaped"]["auth"] == 3);
    assert!(found.is_some());
    service.signal("TERM");
    let (code, log) = service.end();
    assert_eq!(code, Some(0));
    assert!(log.contains("no tick, the next try is in"), "{log}");
}

#[test]
fn a_service_counts_for_prometheus() {
    let mut beside = Beside::new("reap_metrics", &[NO_GRACE, "every = \"200ms\""]);
    beside.queue.silent("sync", "n", 300, 2);
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut service = beside.start(&["--json", "--metrics", &format!("127.0.0.1:{port}")]);
    service.tick();
    let began = Instant::now();
    let page = loop {
        match scrape(port) {
            Some(page) if page.contains("reaped_total{") => break page,
            _ => assert!(began.elapsed() < Duration::from_secs(10)),
        }
    };
    for line in [
        "laneset_reaper_reaped_total{lane_set=\"heartbeat-inflight\",lane=\"sync\"} 2",
        "laneset_reaper_retries_total{lane_set=\"heartbeat-inflight\",outcome=\"created\"} 2",
        "laneset_reaper_retries_total{lane_set=\"heartbeat-inflight\",outcome=\"capped\"} 0",
        "laneset_reaper_stale_left{lane_set=\"heartbeat-inflight\"} 0",
        "# TYPE laneset_reaper_tick_duration_seconds histogram",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
}

fn scrape(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut page = String::new();
    stream.read_to_string(&mut page).ok()?;
    Some(page)
}
