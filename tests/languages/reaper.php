<?php

declare(strict_types=1);

namespace App\Jobs;

final class Reaper
{
    public const LANES = ['sync', 'auth'];

    public function __construct(private \PDO $pdo)
    {
    }

    public function green(string $cutoff): int
    {
        $statement = $this->pdo->prepare(<<<'SQL'
            UPDATE runs SET status = 'timeout'
            WHERE status IN ('claimed', 'running')
              AND run_type IN ('sync', 'auth')
              AND last_heartbeat_at < :cutoff
            SQL);
        $statement->execute(['cutoff' => $cutoff]);
        return $statement->rowCount();
    }

    public function red(): array
    {
        return $this->pdo->query(
            "SELECT id FROM runs WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'action')"
        )->fetchAll();
    }
}
