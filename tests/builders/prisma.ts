import { PrismaClient } from '@prisma/client';

const prisma = new PrismaClient();

export async function green(cutoff: Date) {
  return prisma.run.findMany({
    where: {
      status: { in: ['claimed', 'running'] },
      runType: { in: ['sync', 'auth'] },
      lastHeartbeatAt: { lt: cutoff },
    },
    select: { id: true },
    take: 50,
  });
}

export async function red(cutoff: Date) {
  return prisma.run.updateMany({
    data: { status: 'timeout' },
    where: {
      AND: [{ OR: [{ status: 'claimed' }, { status: 'running' }] }, { NOT: { status: 'done' } }],
      OR: [{ runType: 'sync' }, { runType: 'auth' }, { runType: 'action' }],
      lastHeartbeatAt: { lt: cutoff },
    },
  });
}
