namespace FederatedQuery.Federation;

/// <summary>The event ids of this project's log messages: 5000 to 5499.</summary>
internal static class FederationEventId
{
    // Budgets: 5000 to 5019.
    public const int ChargeNotGivenBack = 5000;

    // Materialized results: 5020 to 5039.
    public const int ResultNotStored = 5020;
    public const int ResultUnreadable = 5021;
    public const int ResultStored = 5022;
    public const int MaterializationRoundFailed = 5023;
    public const int SourcesNotTracked = 5024;
    public const int ResultGivenUp = 5025;
    public const int NotStamped = 5026;
    public const int IndexUnavailable = 5027;

    // Reads: 5040 to 5059.
    public const int SlowQuery = 5040;

    // Registry: 5060 to 5079.
    public const int DescriptionNotRenewed = 5060;
}
