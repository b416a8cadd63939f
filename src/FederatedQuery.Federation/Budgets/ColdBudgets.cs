using System.Globalization;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Budgets;

/// <summary>
/// Lets a planned query read its cold files, or refuses it before it reads one: by what one query may read, and by what its caller may read in a day (UTC).
/// Figures are those of the plan, which the manifests bound from above.
/// </summary>
public sealed class ColdBudgets(ColdUsageStore usage, IOptions<QueryOptions> options, ILogger<ColdBudgets> logger)
{
    private long? PerQuery => options.Value.MaximumColdBytesPerQuery;

    private long? PerCaller => options.Value.MaximumColdBytesPerCaller;

    /// <param name="read">Bytes that the query has been let read before, for which it was charged.</param>
    /// <returns>What the query is charged; keep it once files are read.</returns>
    /// <exception cref="FederatedQueryException">Of kind ColdBytesExceeded or ColdBudgetSpent, saying what would have been read.</exception>
    internal async Task<ColdCharge> AdmitAsync(Caller caller, IReadOnlyList<PlannedColdRead> reads, CancellationToken cancellationToken, long read = 0)
    {
        var bytes = reads.Sum(planned => planned.Scan.BytesNeeded);
        var perQuery = PerQuery;
        if (read + bytes > perQuery)
        {
            throw Refusal(
                FailureKind.ColdBytesExceeded, reads, read + bytes,
                Text($"MAX_COLD_BYTES_PER_QUERY allows one query {perQuery:N0} bytes."),
                ("limit", perQuery));
        }

        if (PerCaller is not { } most || bytes == 0)
        {
            return ColdCharge.Uncounted(bytes);
        }

        if (await usage.TakeAsync(caller.Id, bytes, most, cancellationToken) is { } taken)
        {
            return ColdCharge.Of(bytes, usage, taken, logger);
        }

        var spent = await usage.SpentAsync(caller.Id, cancellationToken);
        throw Refusal(
            FailureKind.ColdBudgetSpent, reads, bytes,
            Text($"'{caller.Id}' has read {spent:N0} bytes today, of the {most:N0} that MAX_COLD_BYTES_PER_KEY allows a key in a day (UTC)."),
            ("limit", most), ("spent", spent));
    }

    private static FederatedQueryException Refusal(
        FailureKind kind, IReadOnlyList<PlannedColdRead> reads, long bytes, string limit, params IEnumerable<(string Name, object? Value)> details)
    {
        var tables = reads.GroupBy(read => read.Table).Select(table => (
            Name: table.Key,
            Files: table.Sum(read => read.Scan.FilesRead),
            Total: table.Sum(read => read.Scan.FilesTotal),
            Bytes: table.Sum(read => read.Scan.BytesNeeded),
            table.First().TimeColumn)).ToList();
        var largest = tables.MaxBy(table => table.Bytes);
        var places = string.Join(" and ", tables.Select(table => Text($"{table.Files:N0} of the {table.Total:N0} cold files of table '{table.Name}' ({table.Bytes:N0} bytes)")));
        var narrower = largest.TimeColumn is { } column ? $"a condition on '{column}'" : "a condition on the columns that the table is partitioned by";
        return new FederatedQueryException(
            kind,
            Text($"The query was not run: it would read {bytes:N0} bytes, in {places}. {limit} Narrow '{largest.Name}' with {narrower}, or name the columns that are needed; explainQuery tells beforehand what a statement reads."))
        {
            Details = new Dictionary<string, object?>(details.Select(detail => KeyValuePair.Create(detail.Name, detail.Value)))
            {
                ["bytesToRead"] = bytes,
                ["filesToRead"] = tables.Sum(table => table.Files),
                ["tables"] = tables.Select(table => new Dictionary<string, object?>
                {
                    ["table"] = table.Name,
                    ["filesToRead"] = table.Files,
                    ["bytesToRead"] = table.Bytes,
                }).ToList(),
            },
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
