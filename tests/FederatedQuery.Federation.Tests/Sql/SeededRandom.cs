using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Federation.Tests.Sql;

/// <summary>Draws from generators, the same values for the same seed.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private Rnd _state = new(seed, (seed * 2) + 1);

    public Rnd Next()
    {
        var random = new Random(unchecked((int)(_state.Seed ^ (_state.Seed >> 32))));
        _state = new Rnd((ulong)random.NextInt64(), ((ulong)random.NextInt64() << 1) | 1);
        return _state;
    }
}

internal static class SeededRandomExtensions
{
    public static T Sample<T>(this Gen<T> generator, SeededRandom random) => generator.Sample(1, random.Next(), 20).First();
}
