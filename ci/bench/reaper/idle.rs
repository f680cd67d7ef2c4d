//! A sweep with nothing to do, on ever more runs that are done; and the rescue statements of other queues on as many.

use std::time::{Duration, Instant};

use laneset::reaper::connect::connect;
use laneset::reaper::sweep::{Bounds, reap_stale_runs};
use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::peers::{PEERS, Peer};
use super::queue::{DONE, LIVE, Outcome, Server, Times, add_runs, declared, milliseconds, run};

/// Runs that workers hold, and that have just beaten.
const HELD: u64 = 200;

/// Rounds of each measurement; a statement that takes long has fewer.
const ROUNDS: u32 = 51;
const LONGEST: Duration = Duration::from_secs(20);

pub async fn measure(server: &Server, sizes: &[u64]) -> Outcome<()> {
    println!("\nA sweep with nothing to do, median in ms ({HELD} runs in flight)");
    print!("{:<18}", "rows that are done");
    for size in sizes {
        print!("{size:>12}");
    }
    println!("{:>18}", "largest/smallest");
    let options = server.queue("idle").await?;
    let mut connection = connect(&options).await?;
    add_runs(&mut connection, LIVE, 1, HELD).await?;
    let mut medians = Vec::new();
    let mut filled = 0;
    for &size in sizes {
        add_runs(&mut connection, DONE, filled + 1, size).await?;
        filled = size;
        run(&mut connection, "VACUUM (ANALYZE) public.runs").await?;
        medians.push(sweep(&mut connection).await?);
    }
    connection.close().await?;
    server.drop_database("idle").await?;
    print_line("laneset", &medians);
    for peer in &PEERS {
        let medians = grow(server, peer, sizes).await?;
        print_line(peer.name, &medians);
    }
    Ok(())
}

fn print_line(name: &str, medians: &[Duration]) {
    print!("{name:<18}");
    for median in medians {
        print!("{:>12.2}", milliseconds(*median));
    }
    let largest = medians.iter().max().copied().unwrap_or_default();
    let smallest = medians.iter().min().copied().unwrap_or_default();
    println!("{:>18.2}", largest.as_secs_f64() / smallest.as_secs_f64());
}

/// The whole of a sweep: its lock, its pass, and the count of what is left.
async fn sweep(connection: &mut PgConnection) -> Outcome<Duration> {
    let (_, reaper) = declared()?;
    run(
        connection,
        "UPDATE public.runs SET last_heartbeat_at = now() WHERE status = 'running'",
    )
    .await?;
    let mut times = Vec::new();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let sweep = reap_stale_runs(connection, &reaper, &Bounds::none()).await?;
        times.push(began.elapsed());
        assert!(sweep.acquired && sweep.total() == 0, "{sweep:?}");
        if started.elapsed() > LONGEST {
            break;
        }
    }
    Ok(Times::new(times).median())
}

async fn grow(server: &Server, peer: &Peer, sizes: &[u64]) -> Outcome<Vec<Duration>> {
    let database = format!("peer_{}", peer.table);
    let options = server.database(&database).await?;
    let mut connection = connect(&options).await?;
    run(&mut connection, peer.schema).await?;
    add(&mut connection, peer, peer.live, 1, HELD).await?;
    let mut medians = Vec::new();
    let mut filled = 0;
    for &size in sizes {
        add(&mut connection, peer, peer.done, filled + 1, size).await?;
        filled = size;
        let vacuum = format!("VACUUM (ANALYZE) {}", peer.table);
        run(&mut connection, &vacuum).await?;
        medians.push(rescue(&mut connection, peer).await?);
    }
    connection.close().await?;
    server.drop_database(&database).await?;
    Ok(medians)
}

async fn add(
    connection: &mut PgConnection,
    peer: &Peer,
    (columns, values): (&str, &str),
    from: u64,
    to: u64,
) -> sqlx::Result<()> {
    let statement = format!(
        "INSERT INTO {} ({columns}) SELECT {values} FROM generate_series({from}, {to})",
        peer.table
    );
    run(connection, &statement).await
}

async fn rescue(connection: &mut PgConnection, peer: &Peer) -> Outcome<Duration> {
    let mut times = Vec::new();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let mut transaction = connection.begin().await?;
        for statement in peer.rescue {
            run(&mut transaction, statement).await?;
        }
        transaction.commit().await?;
        times.push(began.elapsed());
        if started.elapsed() > LONGEST {
            break;
        }
    }
    Ok(Times::new(times).median())
}
