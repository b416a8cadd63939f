using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// What is known of the values of one field over many rows. Kept apart: nulls, NaNs, and all other values, which alone the bounds speak of.
/// </summary>
internal readonly struct ValueRange
{
    private readonly Literal? _lower;
    private readonly Literal? _upper;

    public ValueRange(bool mayHaveNull, bool mayHaveNaN, bool mayHaveOther, Literal? lower = null, Literal? upper = null)
    {
        MayHaveNull = mayHaveNull;
        MayHaveNaN = mayHaveNaN;
        MayHaveOther = mayHaveOther;

        // Some writers let a NaN into the bounds, which then bound nothing; bounds that contradict each other are not trusted either.
        var trusted = lower is not { IsNaN: true } && upper is not { IsNaN: true }
            && (lower is not { } least || upper is not { } greatest || BoundPredicates.Compare(least, greatest) <= 0);
        _lower = trusted ? lower : null;
        _upper = trusted ? upper : null;
    }

    public bool MayHaveNull { get; }

    public bool MayHaveNaN { get; }

    /// <summary>Values that are neither null nor NaN.</summary>
    public bool MayHaveOther { get; }

    /// <summary>False only when no row can satisfy the predicate.</summary>
    public bool MayMatch(BoundPredicate predicate) => predicate switch
    {
        BoundUnaryPredicate { Operation: var operation } => operation switch
        {
            UnaryOperation.IsNull => MayHaveNull,
            UnaryOperation.NotNull => MayHaveNaN || MayHaveOther,
            UnaryOperation.IsNaN => MayHaveNaN,
            _ => MayHaveNull || MayHaveOther,
        },
        BoundLiteralPredicate { Operation: var operation, Value: var value } => MayMatch(operation, value),
        BoundSetPredicate { Operation: SetOperation.In } set => MayHaveOther && MayHaveOneOf(set),
        BoundSetPredicate set => MayHaveNull || MayHaveNaN || (MayHaveOther && !(OnlyValue is { } only && set.Contains(only))),
        // Bounds say nothing of what is inside of texts.
        BoundTestPredicate test => MayHaveOther || (test.IsNegated && MayHaveNull),
        // Nor of which elements lie together in a list.
        BoundElementPredicate => true,
        _ => throw new System.Diagnostics.UnreachableException(predicate.GetType().Name),
    };

    /// <summary>True only when every row satisfies the predicate, that is when none may satisfy its opposite.</summary>
    public bool AllMatch(BoundPredicate predicate) => predicate switch
    {
        BoundUnaryPredicate unary => !MayMatch(new BoundUnaryPredicate(unary.Operation.Negate(), unary.Reference)),
        BoundSetPredicate set => !MayMatch(set.Negate()),
        BoundTestPredicate test => !MayMatch(test.Negate()),
        BoundElementPredicate => false,
        BoundLiteralPredicate { Operation: var operation } literal =>
            !(MayHaveNull && !operation.SelectsNull()) && !MayMatch(operation.Negate(), literal.Value),
        _ => throw new System.Diagnostics.UnreachableException(predicate.GetType().Name),
    };

    private Literal? OnlyValue => _lower is { } least && _upper is { } greatest && BoundPredicates.Compare(least, greatest) == 0 ? least : null;

    private bool MayMatch(LiteralOperation operation, Literal value) => operation switch
    {
        LiteralOperation.LessThan => MayHaveOther && !(Lower(value) >= 0),
        LiteralOperation.LessThanOrEqual => MayHaveOther && !(Lower(value) > 0),
        LiteralOperation.GreaterThan => MayHaveNaN || (MayHaveOther && !(Upper(value) <= 0)),
        LiteralOperation.GreaterThanOrEqual => MayHaveNaN || (MayHaveOther && !(Upper(value) < 0)),
        LiteralOperation.Equal => MayHaveOther && MayHave(value),
        LiteralOperation.NotEqual =>
            MayHaveNull || MayHaveNaN || (MayHaveOther && !(OnlyValue is { } only && BoundPredicates.Compare(only, value) == 0)),
        LiteralOperation.StartsWith => MayHaveOther && !(Upper(value) < 0) && (!(Lower(value) > 0) || StartsWith(_lower, value)),
        _ => MayHaveNull || (MayHaveOther && !(StartsWith(_lower, value) && StartsWith(_upper, value))),
    };

    private bool MayHave(Literal value) => !(Lower(value) > 0) && !(Upper(value) < 0);

    private bool MayHaveOneOf(BoundSetPredicate set)
    {
        // The first constant that is not below the lower bound decides: if it is above the upper one, so are all after it.
        var (low, high) = (0, set.Values.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Lower(set.Values[middle]) > 0 ? (middle + 1, high) : (low, middle);
        }

        return low < set.Values.Length && !(Upper(set.Values[low]) < 0);
    }

    /// <summary>The lower bound against the value; null, which satisfies no comparison, when there is none.</summary>
    private int? Lower(Literal value) => _lower is { } bound ? BoundPredicates.Compare(bound, value) : null;

    private int? Upper(Literal value) => _upper is { } bound ? BoundPredicates.Compare(bound, value) : null;

    private static bool StartsWith(Literal? bound, Literal prefix) =>
        bound is { } text && text.AsString.StartsWith(prefix.AsString, StringComparison.Ordinal);
}
