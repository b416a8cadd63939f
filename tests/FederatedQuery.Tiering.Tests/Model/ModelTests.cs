using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>
/// Random histories of tables (writes, late rows, moves and maintenance, processes killed in the midst of it) against a plain model in memory. The seed is
/// printed; MODEL_SEED plays the histories of one, MODEL_SEQUENCES as many as it says (300).
/// </summary>
public sealed class ModelTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Workers = 2;

    private static int Sequences => TestVariables.Count("MODEL_SEQUENCES", 300);

    [Fact]
    public async Task Query_AfterAnyHistory_AnswersAsTheModel()
    {
        var seed = TestVariables.Seed("MODEL_SEED");
        output.WriteLine($"MODEL_SEED={seed}");
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => PlayAsync(seed + ((ulong)worker * 1_000_003), worker))));
    }

    private async Task PlayAsync(ulong seed, int worker)
    {
        await using var world = await ModelWorld.StartAsync(postgres);
        var share = (Sequences / Workers) + (worker < Sequences % Workers ? 1 : 0);
        var replay = new Replay(new Rnd(seed, 1), FSharpOption<int>.None);

        // On a thread of its own: FsCheck's check returns when all histories have been played.
        Prop.ForAll(ModelHistory.Any, history => world.PlayAsync(history).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(share).WithReplay(FSharpOption<Replay>.Some(replay)));
        output.WriteLine($"Worker {worker}: {share} histories, {world.Steps} steps, {world.Kills} processes killed, {world.KillsAtWork} of them at work.");
    }
}
