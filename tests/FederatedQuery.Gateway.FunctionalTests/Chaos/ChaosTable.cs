using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Chaos;

/// <summary>
/// The table that is written and read all the time. Writers below <see cref="Mutable"/> only insert, one batch after the other, numbers without a gap: so any
/// snapshot of the table holds the numbers 1 to n of each, and what n must be at least and can be at most is known.
/// </summary>
internal static class ChaosTable
{
    public const string Name = "chaos";
    public const int Days = 10;

    /// <summary>The writer whose rows are updated and deleted too, as long as they are hot.</summary>
    public const int Mutable = 100;

    public const string Series = """
        SELECT writer, count(*) AS n, count(DISTINCT seq) AS d, min(seq) AS first, max(seq) AS last, sum(amount)::BIGINT AS amounts
        FROM chaos WHERE writer < 100 GROUP BY writer ORDER BY writer
        """;

    public const string MutableRows = "SELECT seq, amount FROM chaos WHERE writer = 100 ORDER BY seq LIMIT 1000000";

    public static string Ddl()
    {
        var today = DateTime.UtcNow.Date;
        return """
            CREATE TABLE chaos (writer int, seq bigint, seen timestamptz NOT NULL, amount bigint NOT NULL, note text, PRIMARY KEY (writer, seq, seen))
              PARTITION BY RANGE (seen);
            CREATE TABLE chaos_rest PARTITION OF chaos DEFAULT;
            """
            + string.Concat(Enumerable.Range(0, Days / 2).Select(day => string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE chaos_{day} PARTITION OF chaos FOR VALUES FROM ('{today.AddDays(-day):yyyy-MM-dd} 00:00+00') TO ('{today.AddDays(1 - day):yyyy-MM-dd} 00:00+00');")));
    }

    public static long Amount(int writer, long sequence) => (3 * sequence) + writer;

    /// <summary>What is wrong with an answer to <see cref="Series"/>; null: nothing.</summary>
    /// <param name="least">Committed before the question, by writer.</param>
    /// <param name="most">Begun before the answer.</param>
    public static string? Wrong(JsonElement rows, IReadOnlyList<long> least, IReadOnlyList<long> most)
    {
        var seen = new long[least.Count];
        foreach (var row in rows.EnumerateArray())
        {
            var (writer, n) = (row.GetProperty("writer").GetInt32(), row.GetProperty("n").GetInt64());
            seen[writer] = n;
            var whole = row.GetProperty("d").GetInt64() == n && row.GetProperty("first").GetInt64() == 1 && row.GetProperty("last").GetInt64() == n
                && row.GetProperty("amounts").GetInt64() == (3 * n * (n + 1) / 2) + (writer * n);
            if (!whole)
            {
                return $"not the numbers 1 to n: {row}";
            }
        }

        for (var writer = 0; writer < seen.Length; writer++)
        {
            if (seen[writer] < least[writer] || seen[writer] > most[writer])
            {
                return string.Create(CultureInfo.InvariantCulture, $"writer {writer}: {seen[writer]} rows where at least {least[writer]} were committed and at most {most[writer]} begun");
            }
        }

        return null;
    }
}
