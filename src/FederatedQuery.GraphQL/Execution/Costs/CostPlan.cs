using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>
/// How to work out the cost of an operation: all that does not depend on variables is done. A step is a selection set below a field, on each
/// type that the field may give; it uses earlier steps alone, so one pass gives all, however often a fragment is spread.
/// </summary>
internal sealed class CostPlan(CostSum[][] steps, CostReference root, RequiredSlice[] requiredSlices)
{
    public OperationCost Evaluate(VariableValues variables)
    {
        if (root.IsKnown)
        {
            return root.Known;
        }

        var costs = new OperationCost[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var highest = new OperationCost(double.MinValue, double.MinValue);
            foreach (var sum in steps[i])
            {
                var cost = sum.Known;
                foreach (var term in sum.Terms)
                {
                    cost += term.Evaluate(costs, variables);
                }

                highest = OperationCost.Max(highest, cost);
            }

            costs[i] = highest;
        }

        return root.Of(costs);
    }

    /// <summary>An error for each field that needs exactly one slicing argument and has none or several.</summary>
    public IReadOnlyList<GraphQLError> FindMissingSlices(VariableValues variables)
    {
        List<GraphQLError>? errors = null;
        foreach (var required in requiredSlices)
        {
            required.Size.Evaluate(variables, out var given);
            if (given != 1)
            {
                (errors ??= []).Add(new GraphQLError($"Exactly one of the arguments {required.Arguments} of field \"{required.Field}\" must be given, {(given == 0 ? "none is" : $"{given} are")}.")
                {
                    Locations = [required.Location],
                    Code = ErrorCodes.SlicingArgumentRequired,
                });
            }
        }

        return errors ?? (IReadOnlyList<GraphQLError>)[];
    }
}

/// <summary>A selected field whose <c>@listSize</c> says <c>requireOneSlicingArgument</c>.</summary>
internal sealed record RequiredSlice(SlicedSize Size, string Field, string Arguments, SourceLocation Location);
