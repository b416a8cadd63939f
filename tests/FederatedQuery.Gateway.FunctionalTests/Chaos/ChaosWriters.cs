using System.Globalization;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Chaos;

/// <summary>What writes to PostgreSQL all the time, and what it has written.</summary>
internal sealed class ChaosWriters(NpgsqlDataSource postgres)
{
    public const int Inserters = 2;

    private const int LargestBatch = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly long[] _begun = new long[Inserters];
    private readonly long[] _committed = new long[Inserters];
    private readonly SortedDictionary<long, long> _mutable = [];

    public long[] Begun => [.. Enumerable.Range(0, Inserters).Select(writer => Volatile.Read(ref _begun[writer]))];

    public long[] Committed => [.. Enumerable.Range(0, Inserters).Select(writer => Volatile.Read(ref _committed[writer]))];

    /// <summary>Number and amount of the rows that come and go; once <see cref="RunAsync"/> has ended.</summary>
    public IReadOnlyDictionary<long, long> MutableRows => _mutable;

    public int Changes { get; private set; }

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll([.. Enumerable.Range(0, Inserters).Select(writer => InsertAsync(writer, stop)), MutateAsync(stop)]);

    private async Task InsertAsync(int writer, CancellationToken stop)
    {
        var random = new Random(writer);
        while (!stop.IsCancellationRequested)
        {
            var (first, count) = (_committed[writer] + 1, random.Next(1, LargestBatch));
            Volatile.Write(ref _begun[writer], first + count - 1);
            await using (var command = postgres.CreateCommand($"""
                INSERT INTO chaos SELECT $1, s, date_trunc('day', now()) - ((s * 7 + $4) % {ChaosTable.Days}) * interval '1 day' + interval '1 second' * (s % 80000), 3 * s + $1, 'row ' || s % 13
                FROM generate_series($2, $3) AS s
                """))
            {
                command.Parameters.Add(new NpgsqlParameter { Value = writer });
                command.Parameters.Add(new NpgsqlParameter { Value = first });
                command.Parameters.Add(new NpgsqlParameter { Value = first + count - 1 });
                command.Parameters.Add(new NpgsqlParameter { Value = random.Next(ChaosTable.Days) });
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }

            Volatile.Write(ref _committed[writer], first + count - 1);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Which rows are hot, and so can be changed, is for PostgreSQL to say.</summary>
    private async Task MutateAsync(CancellationToken stop)
    {
        var random = new Random(ChaosTable.Mutable);
        for (var next = 1L; !stop.IsCancellationRequested; Changes++)
        {
            var modulus = random.Next(2, 9);
            var where = string.Create(CultureInfo.InvariantCulture, $"WHERE writer = {ChaosTable.Mutable} AND seq % {modulus} = {random.Next(modulus)}");
            switch (random.Next(4))
            {
                case 0:
                    await ChangeAsync($"UPDATE chaos SET amount = amount + 1 {where} RETURNING seq, amount", deletes: false);
                    break;

                case 1:
                    await ChangeAsync($"DELETE FROM chaos {where} AND amount % 3 = 0 RETURNING seq, amount", deletes: true);
                    break;

                default:
                    var last = next + random.Next(20);
                    await ChangeAsync(
                        string.Create(CultureInfo.InvariantCulture, $"""
                            INSERT INTO chaos SELECT {ChaosTable.Mutable}, s, date_trunc('day', now()) - {random.Next(ChaosTable.Days)} * interval '1 day' + interval '1 second' * (s % 80000), s % 1000, NULL
                            FROM generate_series({next}, {last}) AS s RETURNING seq, amount
                            """),
                        deletes: false);
                    next = last + 1;
                    break;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task ChangeAsync(string sql, bool deletes)
    {
        await using var command = postgres.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var sequence = reader.GetInt64(0);
            if (deletes)
            {
                _mutable.Remove(sequence);
            }
            else
            {
                _mutable[sequence] = reader.GetInt64(1);
            }
        }
    }
}
