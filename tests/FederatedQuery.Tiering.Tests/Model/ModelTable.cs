using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>What a table should hold, tiers unknown, in memory.</summary>
internal sealed class ModelTable
{
    public static readonly DateTimeOffset FirstDay = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);

    private readonly SortedDictionary<long, Row> _rows = [];
    private long _nextId = 1;

    /// <param name="At">Microseconds since 1970.</param>
    /// <param name="Amount">In hundredths.</param>
    internal sealed record Row(long Id, long At, long Amount, string? Note);

    public IReadOnlyCollection<Row> Rows => _rows.Values;

    /// <summary>Columns as <see cref="Read"/> takes them.</summary>
    public const string Columns = "id, epoch_us(seen) AS seen, (amount * 100)::BIGINT AS amount, note";

    /// <summary>The same in PostgreSQL's dialect.</summary>
    public const string PostgresColumns = "id, (extract(epoch FROM seen) * 1000000)::bigint, (amount * 100)::bigint, note";

    public static string Note(int number) => number % 4 == 3 ? "" : "note " + (char)('a' + (number % 4));

    public static DateTimeOffset Day(int day) => FirstDay.AddDays(day);

    /// <summary>Rows that are in no table yet.</summary>
    public IReadOnlyList<Row> NewRows(int day, int count)
    {
        var rows = new List<Row>();
        for (var i = 0; i < count; i++)
        {
            var id = _nextId++;
            var at = Day(day).AddTicks(id * 7_919 * TimeSpan.TicksPerSecond % TimeSpan.TicksPerDay).AddMicroseconds(id);
            rows.Add(new Row(id, Micros(at), (id * 37 % 1_000) - 200, id % 5 == 0 ? null : Note((int)(id % 4))));
        }

        return rows;
    }

    public void Put(IEnumerable<Row> rows)
    {
        foreach (var row in rows)
        {
            _rows[row.Id] = row;
        }
    }

    public void Remove(IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            _rows.Remove(id);
        }
    }

    public IReadOnlyList<Row> Select(ModelQuery query) => [.. _rows.Values.Where(row =>
        (query.FromDay is not { } from || row.At >= Micros(Day(from)))
        && (query.ToDay is not { } to || row.At < Micros(Day(to)))
        && (query.Note is not { } note || row.Note == Note(note))
        && (query.LeastAmount is not { } least || row.Amount >= least * 100)
        && (query.Modulus is not { } modulus || row.Id % modulus == 0))];

    /// <summary>The same question in SQL.</summary>
    public static string Where(ModelQuery query)
    {
        var conditions = new List<string>();
        if (query.FromDay is { } from)
        {
            conditions.Add($"seen >= TIMESTAMPTZ '{Text(Day(from))}'");
        }

        if (query.ToDay is { } to)
        {
            conditions.Add($"seen < TIMESTAMPTZ '{Text(Day(to))}'");
        }

        if (query.Note is { } note)
        {
            conditions.Add($"note = '{Note(note)}'");
        }

        if (query.LeastAmount is { } least)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"amount >= {least}"));
        }

        if (query.Modulus is { } modulus)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"id % {modulus} = 0"));
        }

        return conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
    }

    public static IReadOnlyList<Row> Read(JsonDocument rows) => [.. rows.RootElement.EnumerateArray().Select(row => new Row(
        row.GetProperty("id").GetInt64(), row.GetProperty("seen").GetInt64(), row.GetProperty("amount").GetInt64(), row.GetProperty("note").GetString()))];

    public static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static long Micros(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
