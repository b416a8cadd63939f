using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>A cost that is known, or that of an earlier step.</summary>
internal readonly record struct CostReference(OperationCost Known, int Step = CostReference.None)
{
    public const int None = -1;

    public bool IsKnown => Step == None;

    public OperationCost Of(OperationCost[] steps) => IsKnown ? Known : steps[Step];
}

/// <summary>What one selected field adds to its selection set.</summary>
internal sealed record CostTerm
{
    /// <summary>Of the field with those arguments and directives whose cost is known.</summary>
    public double Weight { get; init; }

    public InputCost[] Inputs { get; init; } = [];

    /// <summary>Null: <see cref="KnownSize"/>.</summary>
    public SlicedSize? Size { get; init; }

    public double KnownSize { get; init; } = 1;

    public double TypeWeight { get; init; }

    public required CostReference Below { get; init; }

    public bool IsKnown => Inputs.Length == 0 && Size is null && Below.IsKnown;

    public OperationCost Evaluate(OperationCost[] steps, VariableValues variables)
    {
        var weight = Weight;
        foreach (var input in Inputs)
        {
            weight += input.Evaluate(variables);
        }

        var size = Size is null ? KnownSize : Size.Evaluate(variables, out _);

        // A field is resolved once for a list; only what is below is there as often as the list is long.
        return new OperationCost(Math.Max(0, OperationCost.Clamp(weight)), 0) + (Below.Of(steps) + new OperationCost(0, TypeWeight)).Times(size);
    }
}

/// <summary>A selection set on one object type: what is known, and what has to be asked for.</summary>
internal sealed record CostSum(OperationCost Known, CostTerm[] Terms);
