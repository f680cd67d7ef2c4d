import PostgresNIO

struct Reaper {
    static let lanes = ["sync", "auth"]
    let client: PostgresClient

    func green(before cutoff: Date) async throws -> [Int] {
        let rows = try await client.query("""
            SELECT id FROM runs
            WHERE status IN ('claimed', 'running')
              AND run_type IN ('sync', 'auth')
              AND last_heartbeat_at < \(cutoff)
            """)
        return try await rows.decode(Int.self).collect()
    }

    func red(before cutoff: Date) async throws {
        try await client.query(
            "UPDATE runs SET status = 'timeout' WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < \(cutoff)"
        )
    }
}
