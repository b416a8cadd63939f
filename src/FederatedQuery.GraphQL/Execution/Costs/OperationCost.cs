namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>
/// Upper bounds of what an operation costs (IBM GraphQL cost specification, section 5.3.2). Sums and products stop at
/// <see cref="double.MaxValue"/>.
/// </summary>
/// <param name="FieldCost">Of resolving: the weights of all fields that may be resolved, their arguments and directives included.</param>
/// <param name="TypeCost">Of data: the weights of the types of all values that may be given.</param>
public readonly record struct OperationCost(double FieldCost, double TypeCost)
{
    public static OperationCost operator +(OperationCost left, OperationCost right) => new(Clamp(left.FieldCost + right.FieldCost), Clamp(left.TypeCost + right.TypeCost));

    internal static OperationCost Max(OperationCost left, OperationCost right) =>
        new(Math.Max(left.FieldCost, right.FieldCost), Math.Max(left.TypeCost, right.TypeCost));

    /// <summary>The cost <paramref name="size"/> times.</summary>
    internal OperationCost Times(double size) => new(Clamp(size * FieldCost), Clamp(size * TypeCost));

    internal static double Clamp(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);
}
