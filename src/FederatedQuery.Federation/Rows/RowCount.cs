using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Telemetry;

namespace FederatedQuery.Federation.Rows;

/// <summary>How many rows there are.</summary>
/// <param name="Reading">What counting them took.</param>
public sealed record RowCount(long Rows, RowReport Reading) : IReadOutcome
{
    /// <inheritdoc cref="RowReport.DataSource"/>
    public DataSource DataSource => Reading.DataSource;

    /// <inheritdoc cref="RowReport.Query"/>
    public QueryReport Report => Reading.Query;

    /// <summary>The number is one row.</summary>
    long IReadOutcome.Rows => 1;
}
