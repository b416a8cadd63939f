using System.Globalization;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace FederatedQuery.Tiering.Tests.Tables;

/// <summary>
/// Random histories of DDL, writes and moves: a tiered table answers as one beside it that has the same done to it and is PostgreSQL's alone. The seed is printed; COLUMN_SEED plays the
/// histories of one.
/// </summary>
public class ColumnHistoryTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Histories = 8;
    private const int Days = 3;

    private static readonly string[] Names = ["a", "b", "c", "at"];

    /// <summary>What is done, and by which names.</summary>
    private static readonly Gen<Step[]> History = Gen.ArrayOf(
        from kind in Gen.Frequency(
            (4, Gen.Constant(StepKind.Insert)), (4, Gen.Constant(StepKind.Move)), (3, Gen.Constant(StepKind.Rename)), (2, Gen.Constant(StepKind.Exchange)),
            (2, Gen.Constant(StepKind.Drop)), (3, Gen.Constant(StepKind.Add)), (2, Gen.Constant(StepKind.Follow)))
        from first in Gen.Elements(Names)
        from second in Gen.Elements(Names)
        from number in Gen.Choose(0, 1_000)
        select new Step(kind, first, second, number));

    private enum StepKind
    {
        Insert,
        Move,
        Rename,
        Exchange,
        Drop,
        Add,
        Follow,
    }

    [Fact]
    public async Task Query_AfterAnyDdl_AnswersAsATableOfPostgresAlone()
    {
        var seed = TestVariables.Seed("COLUMN_SEED");
        output.WriteLine($"COLUMN_SEED={seed}");
        await using var tiers = await TieringScene.StartAsync(postgres);
        var count = 0;
        await Task.Run(() => Prop
            .ForAll(History.Resize(14).ToArbitrary(), history => PlayAsync(tiers, $"t{++count}", history).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, 1), FSharpOption<int>.None)))));
    }

    private static async Task PlayAsync(TieringScene tiers, string name, Step[] history)
    {
        await tiers.ExecuteAsync($"CREATE TABLE {name} (id bigint PRIMARY KEY, at timestamptz NOT NULL, a text, b text); CREATE TABLE plain_{name} (LIKE {name} INCLUDING ALL)");
        await tiers.Get<TieringService>().ConfigureAsync(new ConfigureTiering { TableName = name, TimeColumn = "at" }, CancellationToken.None);
        var columns = new List<string> { "at", "a", "b" };
        var time = "at";
        var rows = 0;
        foreach (var step in history)
        {
            switch (step.Kind)
            {
                case StepKind.Insert:
                    var values = columns.Select(column => column == time
                        ? string.Create(CultureInfo.InvariantCulture, $"timestamptz '2026-02-01 00:00+00' + {step.Number % Days} * interval '1 day' + g * interval '1 minute'")
                        : string.Create(CultureInfo.InvariantCulture, $"'{column} {step.Number} ' || g"));
                    await BothAsync(table => $"INSERT INTO {table} (id, {string.Join(", ", columns)}) SELECT {rows} + g, {string.Join(", ", values)} FROM generate_series(1, 5) g");
                    rows += 5;
                    break;

                case StepKind.Rename when columns.Contains(step.First) && !columns.Contains(step.Second):
                    await BothAsync(table => $"ALTER TABLE {table} RENAME {step.First} TO {step.Second}");
                    columns[columns.IndexOf(step.First)] = step.Second;
                    time = time == step.First ? step.Second : time;
                    break;

                case StepKind.Exchange when step.First != step.Second && columns.Contains(step.First) && columns.Contains(step.Second):
                    await BothAsync(table => $"ALTER TABLE {table} RENAME {step.First} TO z; ALTER TABLE {table} RENAME {step.Second} TO {step.First}; ALTER TABLE {table} RENAME z TO {step.Second}");
                    time = time == step.First ? step.Second : time == step.Second ? step.First : time;
                    break;

                case StepKind.Drop when columns.Contains(step.First) && step.First != time:
                    await BothAsync(table => $"ALTER TABLE {table} DROP {step.First}");
                    columns.Remove(step.First);
                    break;

                case StepKind.Add when !columns.Contains(step.First):
                    await BothAsync(table => $"ALTER TABLE {table} ADD {step.First} text");
                    columns.Add(step.First);
                    break;

                case StepKind.Move:
                    var found = (await tiers.Get<TieredTableStore>().FindAsync(TableName.InPublic(name), CancellationToken.None))!;
                    Assert.Equal(time, found.TimeColumn);
                    await tiers.Get<ArchiveJob>().ArchiveAsync(
                        found, new DateTimeOffset(2026, 2, 2 + (step.Number % Days), 0, 0, 0, TimeSpan.Zero), new JobProgress(), CancellationToken.None);
                    break;

                case StepKind.Follow:
                    await tiers.Get<TableColumns>().FollowAsync(TableName.InPublic(name), CancellationToken.None);
                    break;
            }

            var selected = string.Join(", ", columns.Select(column => $"\"{column}\""));
            using var expected = await tiers.RowsAsync($"SELECT {selected} FROM plain_{name} ORDER BY id");
            using var actual = await tiers.RowsAsync($"SELECT {selected} FROM {name} ORDER BY id");
            Assert.Equal(expected.RootElement.GetRawText(), actual.RootElement.GetRawText());
        }

        async Task BothAsync(Func<string, string> sql)
        {
            await tiers.ExecuteAsync(sql(name));
            await tiers.ExecuteAsync(sql("plain_" + name));
        }
    }

    private sealed record Step(StepKind Kind, string First, string Second, int Number);
}
