namespace FederatedQuery.Federation;

/// <summary>The event ids of this project's log messages: 5000 to 5499.</summary>
internal static class FederationEventId
{
    // Budgets: 5000 to 5019.
    public const int ChargeNotGivenBack = 5000;
}
