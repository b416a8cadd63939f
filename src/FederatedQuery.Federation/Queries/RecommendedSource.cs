using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Queries;

/// <summary>Which tier holds rows of some age, by the retention that the gateway is set to.</summary>
public sealed class RecommendedSource(IOptions<QueryOptions> options, TimeProvider time)
{
    /// <returns>Postgres within the hot retention and for moments to come, Iceberg within the cold retention, else none.</returns>
    public DataSource Of(DateTimeOffset moment)
    {
        var age = time.GetUtcNow() - moment;
        return age <= TimeSpan.FromDays(options.Value.HotRetentionDays) ? DataSource.Postgres
            : age <= TimeSpan.FromDays(options.Value.ColdRetentionDays) ? DataSource.Iceberg
            : DataSource.None;
    }
}
