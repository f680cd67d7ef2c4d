using Dapper;
using Npgsql;

namespace Jobs;

public sealed class Reaper(NpgsqlDataSource source)
{
    private static readonly string[] Lanes = ["sync", "auth"];

    public async Task<int> Green(DateTime cutoff, CancellationToken cancellation)
    {
        const string sql = """
            UPDATE runs SET status = 'timeout', completed_at = now()
            WHERE status IN ('claimed', 'running')
              AND run_type IN ('sync', 'auth')
              AND last_heartbeat_at < @cutoff
            """;
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await connection.ExecuteAsync(new CommandDefinition(sql, new { cutoff }, cancellationToken: cancellation));
    }

    public async Task<IReadOnlyList<long>> Red(DateTime cutoff)
    {
        await using var command = source.CreateCommand(
            "SELECT id FROM runs WHERE status IN ('claimed', 'running')" +
            " AND run_type IN ('sync', 'auth', 'action')" +
            " AND last_heartbeat_at < $1");
        command.Parameters.Add(new() { Value = cutoff });
        return await ReadIds(command);
    }
}
