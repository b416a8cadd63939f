using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>
/// Static cost analysis by the IBM GraphQL cost specification, with Hot Chocolate's defaults. Costs are worked out before anything is
/// executed, from <see cref="CostAttribute"/> and <see cref="ListSizeAttribute"/> and the sizes that the request asks for.
/// </summary>
public sealed class CostOptions
{
    /// <summary>Highest field cost. Default 1,000. Code <see cref="ErrorCodes.CostLimitExceeded"/>.</summary>
    public double MaxFieldCost { get; set; } = 1_000;

    /// <summary>Highest type cost. Default 1,000. Code <see cref="ErrorCodes.CostLimitExceeded"/>.</summary>
    public double MaxTypeCost { get; set; } = 1_000;

    /// <summary>False only reports costs to those who ask (<see cref="OperationRequest.CostReporting"/>) and refuses nothing. Default true.</summary>
    public bool EnforceCostLimits { get; set; } = true;

    /// <summary>False gives fields whose resolver waits no more than other fields: <see cref="DefaultResolverCost"/> is not used. Default true.</summary>
    public bool ApplyCostDefaults { get; set; } = true;

    /// <summary>Weight of a field without <c>@cost</c> whose resolver may wait. Default 10.</summary>
    public double DefaultResolverCost { get; set; } = 10;

    /// <summary>Items that a list without <c>@listSize</c> is taken to have. Default 1, as Hot Chocolate takes it.</summary>
    public int DefaultListSize { get; set; } = 1;
}
