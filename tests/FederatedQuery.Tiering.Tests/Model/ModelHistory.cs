using System.Text.Json;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Repartition;
using FederatedQuery.Tiering.Verification;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Tiering.Tests.Model;

internal enum ModelTableKind
{
    ByDay,
    ByMonth,
    Plain,
}

/// <summary>A table and what happens to it.</summary>
internal sealed record ModelHistory(ModelTableKind Kind, bool IsPartitionedByNote, IReadOnlyList<ModelStep> Steps)
{
    private const int Days = 8;

    /// <summary>Columns are those of <see cref="Ddl"/>, from 1.</summary>
    private static readonly RepartitionArguments[] Layouts =
    [
        new([new(2, "month")], [], "a test"),
        new([new(2, "day")], [], "a test"),
        new([new(2, "day"), new(4, "identity")], ["note"], "a test"),
        new([new(2, "month"), new(1, "bucket[3]")], [], "a test"),
        new([], [], "a test"),
    ];

    public static Arbitrary<ModelHistory> Any { get; } = Arb.From(Generator(), Shrink);

    public IReadOnlyList<string>? PartitionBy => IsPartitionedByNote ? ["note"] : null;

    public string Ddl(string table)
    {
        const string Columns = "(id bigint, seen timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, seen))";
        return Kind switch
        {
            ModelTableKind.Plain => $"CREATE TABLE {table} {Columns}",
            ModelTableKind.ByMonth => $"""
                CREATE TABLE {table} {Columns} PARTITION BY RANGE (seen);
                CREATE TABLE {table}_march PARTITION OF {table} FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');
                """,
            _ => $"""
                CREATE TABLE {table} {Columns} PARTITION BY RANGE (seen);
                CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT;
                """
                + string.Concat(Enumerable.Range(0, Days / 2).Select(day =>
                    $"CREATE TABLE {table}_{day} PARTITION OF {table} FOR VALUES FROM ('{ModelTable.Text(ModelTable.Day(day))}') TO ('{ModelTable.Text(ModelTable.Day(day + 1))}');")),
        };
    }

    public override string ToString() =>
        $"{Kind}{(IsPartitionedByNote ? " by note" : "")}: [{string.Join("; ", Steps)}]";

    private static Gen<ModelHistory> Generator() =>
        from kind in Gen.Elements(ModelTableKind.ByDay, ModelTableKind.ByDay, ModelTableKind.ByMonth, ModelTableKind.Plain)
        from byNote in Gen.Elements(false, false, true)
        from first in Inserts()
        from length in Gen.Choose(3, 7)
        from steps in Step().ListOf(length)
        select new ModelHistory(kind, byNote, [first, .. steps]);

    private static Gen<ModelStep> Step() => Gen.Frequency(
        (4, Inserts().Select(insert => (ModelStep)insert)),
        (1, Remainders().Select(which => (ModelStep)new ModelStep.Update(which.Modulus, which.Remainder))),
        (1, from which in Remainders() from days in Gen.Choose(-2, 2) select (ModelStep)new ModelStep.Shift(which.Modulus, which.Remainder, days)),
        (1, Remainders().Select(which => (ModelStep)new ModelStep.DeleteHot(which.Modulus, which.Remainder))),
        (1, from note in Gen.Choose(0, 3) from amount in Gen.Choose(-3, 6) select (ModelStep)new ModelStep.DeleteCold(note, amount)),
        (5, Work(ArchiveJob.Kind, Gen.Choose(1, Days).Select(day => ArchiveJob.Arguments(ModelTable.Day(day))))),
        (2, Work(RepartitionJob.Kind, Gen.Elements(Layouts).Select(layout => (string?)JsonSerializer.Serialize(layout)))),
        (2, Work(MaintenanceJob.Kind, Gen.Constant((string?)null))),
        (1, from note in Gen.Choose(0, 3) from amount in Gen.Choose(-3, 6) from death in MaybeDeath() select (ModelStep)new ModelStep.Erase(note, amount, death)),
        (3, Changes()),
        (1, from rows in Inserts() from death in MaybeDeath(6) select (ModelStep)new ModelStep.Add(rows, death)),
        (1, Gen.Choose(2, 4).Select(days => (ModelStep)new ModelStep.Wait(days))),
        (1, Work(VerifyJob.Kind, Gen.Constant((string?)null))),
        (2, Queries().Select(query => (ModelStep)new ModelStep.Query(query))),
        (1, Gen.Constant((ModelStep)new ModelStep.Kill())));

    private static Gen<ModelStep> Work(string kind, Gen<string?> arguments) =>
        from argument in arguments
        from death in MaybeDeath()
        from meanwhile in Gen.Frequency((3, Gen.Constant((ModelStep.Insert?)null)), (1, Inserts().Select(insert => (ModelStep.Insert?)insert)))
        select (ModelStep)new ModelStep.Work(kind, argument, death) { Meanwhile = meanwhile };

    private static Gen<ModelStep> Changes() =>
        from note in Gen.Choose(0, 3)
        from amount in Gen.Choose(-3, 6)
        from newAmount in Maybe(Gen.Choose(-3, 8))
        from death in MaybeDeath(12)
        from archive in Work(ArchiveJob.Kind, Gen.Choose(1, Days).Select(day => ArchiveJob.Arguments(ModelTable.Day(day))))
        from maintenance in Work(MaintenanceJob.Kind, Gen.Constant((string?)null))
        from beside in Gen.Elements(null, null, archive, maintenance)
        select (ModelStep)new ModelStep.Change(note, amount, newAmount, death, (ModelStep.Work?)beside);

    /// <param name="mostOperations">What is done in so many operations on the store dies among them.</param>
    private static Gen<Death?> MaybeDeath(int mostOperations = 40) => Gen.Frequency((2, Gen.Constant((Death?)null)), (1, Deaths(mostOperations)));

    /// <summary>Most jobs do a few dozens of operations on the store, and take some hundredths of a second.</summary>
    private static Gen<Death?> Deaths(int mostOperations) =>
        from operations in Gen.Choose(0, mostOperations)
        from milliseconds in Gen.Frequency((1, Gen.Choose(0, 150)), (1, Gen.Constant(10_000)))
        select (Death?)new Death(operations, milliseconds);

    private static Gen<ModelStep.Insert> Inserts() =>
        from day in Gen.Choose(0, Days - 1)
        from rows in Gen.Choose(1, 25)
        select new ModelStep.Insert(day, rows);

    private static Gen<(int Modulus, int Remainder)> Remainders() =>
        from modulus in Gen.Choose(1, 4)
        from remainder in Gen.Choose(0, modulus - 1)
        select (modulus, remainder);

    private static Gen<ModelQuery> Queries() =>
        from fromDay in Maybe(Gen.Choose(0, Days))
        from toDay in Maybe(Gen.Choose(0, Days))
        from note in Maybe(Gen.Choose(0, 3))
        from amount in Maybe(Gen.Choose(-3, 8))
        from modulus in Maybe(Gen.Choose(2, 5))
        select new ModelQuery(fromDay, toDay, note, amount, modulus);

    private static Gen<int?> Maybe(Gen<int> value) => Gen.Frequency((1, Gen.Constant((int?)null)), (1, value.Select(number => (int?)number)));

    /// <summary>Without a step, or without a death.</summary>
    private static IEnumerable<ModelHistory> Shrink(ModelHistory history)
    {
        for (var i = 0; i < history.Steps.Count; i++)
        {
            yield return history with { Steps = [.. history.Steps.Take(i), .. history.Steps.Skip(i + 1)] };
        }

        for (var i = 0; i < history.Steps.Count; i++)
        {
            ModelStep? spared = history.Steps[i] switch
            {
                ModelStep.Work { Death: not null } work => work with { Death = null },
                ModelStep.Erase { Death: not null } erase => erase with { Death = null },
                ModelStep.Add { Death: not null } add => add with { Death = null },
                ModelStep.Change { Death: not null } change => change with { Death = null },
                ModelStep.Change { Beside: not null } change => change with { Beside = null },
                _ => null,
            };
            if (spared is not null)
            {
                yield return history with { Steps = [.. history.Steps.Take(i), spared, .. history.Steps.Skip(i + 1)] };
            }
        }
    }
}
