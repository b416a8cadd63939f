using System.Globalization;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>Refuses operations that cost more than allowed, and tells costs to those who ask.</summary>
internal sealed class CostGuard(Schema schema, CostOptions options)
{
    private readonly CostWeights _weights = new(schema, options);

    /// <summary>The answer to a request that is not to be executed, else null.</summary>
    /// <param name="document">Valid.</param>
    /// <param name="operation">The one to execute.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="reporting">What the request wants to know.</param>
    /// <param name="reported">The cost to put into the response; null for none.</param>
    /// <exception cref="GraphQLException">A variable of a condition is null, or there is too much to count.</exception>
    public OperationResult? Check(
        PreparedDocument document, OperationDefinitionNode operation, VariableValues variables, CostReporting reporting, out OperationCost? reported)
    {
        reported = null;
        if (!options.EnforceCostLimits && reporting == CostReporting.None)
        {
            return null;
        }

        var plan = document.GetCostPlan(operation, schema.GetRootType(operation.Operation)!, variables, _weights);
        if (options.EnforceCostLimits && plan.FindMissingSlices(variables) is { Count: > 0 } missing)
        {
            return new OperationResult(missing);
        }

        var cost = plan.Evaluate(variables);
        reported = reporting == CostReporting.None ? null : cost;
        var isTooHigh = options.EnforceCostLimits && (cost.FieldCost > options.MaxFieldCost || cost.TypeCost > options.MaxTypeCost);
        return isTooHigh || reporting == CostReporting.Validate
            ? new OperationResult(null, hasData: false, isTooHigh ? [TooHigh(cost)] : [], ToExtensions(reported))
            : null;
    }

    /// <summary>The <c>extensions</c> of a response that tells the cost.</summary>
    public static Dictionary<string, object?>? ToExtensions(OperationCost? cost) => cost is not { } known
        ? null
        : new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["operationCost"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["fieldCost"] = known.FieldCost, ["typeCost"] = known.TypeCost },
        };

    private GraphQLError TooHigh(OperationCost cost)
    {
        var (name, value, limit) = cost.FieldCost > options.MaxFieldCost
            ? ("field", cost.FieldCost, options.MaxFieldCost)
            : ("type", cost.TypeCost, options.MaxTypeCost);
        return new GraphQLError(string.Create(
            CultureInfo.InvariantCulture,
            $"The operation's {name} cost is {value}; at most {limit} is allowed. Select fewer fields or ask for shorter lists."))
        {
            Code = ErrorCodes.CostLimitExceeded,
            Extensions = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["fieldCost"] = cost.FieldCost,
                ["maxFieldCost"] = options.MaxFieldCost,
                ["typeCost"] = cost.TypeCost,
                ["maxTypeCost"] = options.MaxTypeCost,
            },
        };
    }
}
