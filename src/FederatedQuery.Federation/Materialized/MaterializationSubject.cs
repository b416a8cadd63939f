using System.Security.Cryptography;
using System.Text;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Materialized;

/// <summary>A statement, as far as storing its answer goes.</summary>
/// <param name="Key">Identifies the answer, but for how many of its rows are wanted. Null: nothing does, or nothing is stored.</param>
/// <param name="Statement">Identifies the statement, whatever its parameters.</param>
/// <param name="Sql">As it was written.</param>
/// <param name="Traits">What makes it volatile, and whether it is stored by itself.</param>
/// <param name="Limit">The most rows wanted; null: all.</param>
internal sealed record MaterializationSubject(byte[]? Key, Func<CancellationToken, Task<byte[]>> Statement, string Sql, StatementTraits Traits, int? Limit)
{
    /// <summary>Whether answers are looked for, shared and stored without an order.</summary>
    public bool IsAutomatic => Key is not null && Traits.Combines;

    /// <summary>Another one for answers that another version gives otherwise, or stores otherwise.</summary>
    private const int FormatVersion = 1;

    /// <param name="digest">Of the statement with its parameters.</param>
    /// <param name="kind">Which field ran it, and at which state of the past.</param>
    /// <param name="tables">What its names mean, in the order of its references.</param>
    public static byte[] KeyOf(byte[] digest, string kind, IEnumerable<string> tables) => Hash([$"{FormatVersion} {DuckDBDatabase.LibraryVersion}", kind, .. tables], digest);

    /// <param name="digest">Of the statement as written, parameters unbound.</param>
    /// <param name="tables">As of <see cref="KeyOf"/>.</param>
    public static byte[] StatementOf(byte[] digest, IEnumerable<string> tables) => Hash(tables, digest);

    private static byte[] Hash(IEnumerable<string> parts, byte[] digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        hash.AppendData(digest);
        return hash.GetHashAndReset();
    }
}

/// <summary>An order to store the answer, not one that may be.</summary>
/// <param name="TimeToLive">How long it answers at most.</param>
/// <param name="IsWhole">True: all of the statement's rows, without the LIMIT that answers get.</param>
internal sealed record MaterializationOrder(TimeSpan TimeToLive, bool IsWhole);

/// <summary>A result that was stored.</summary>
/// <param name="Columns">Names, in order.</param>
public sealed record MaterializedAnswer(long RowCount, IReadOnlyList<string> Columns, long Bytes, DateTimeOffset ExpiresAt);
