<?php

namespace App\Jobs;

use App\Models\Run;
use Illuminate\Support\Facades\DB;

class StaleRuns
{
    public function green($cutoff)
    {
        return DB::table('runs')
            ->whereIn('status', ['claimed', 'running'])
            ->whereIn('run_type', ['sync', 'auth'])
            ->where('last_heartbeat_at', '<', $cutoff)
            ->orderBy('id')
            ->get();
    }

    public function red($cutoff)
    {
        return Run::query()
            ->whereIn('status', ['claimed', 'running'])
            ->where(function ($query) {
                $query->whereIn('run_type', ['sync', 'auth'])->orWhere('run_type', 'action');
            })
            ->whereNotNull('last_heartbeat_at')
            ->update(['status' => 'timeout']);
    }
}
