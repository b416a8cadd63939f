using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// A predicate over fields by id, with constants of exactly the fields' types and without NOT. Made by <see cref="Binder"/>; the
/// input of all
/// evaluators and of whoever writes SQL from it.
/// </summary>
public abstract record BoundExpression
{
    private protected BoundExpression()
    {
    }

    public static BoundExpression True { get; } = new BoundConstant(true);

    public static BoundExpression False { get; } = new BoundConstant(false);

    public bool IsTrue => this is BoundConstant { Value: true };

    public bool IsFalse => this is BoundConstant { Value: false };

    /// <summary>Constants are folded, and equal sides become one.</summary>
    public static BoundExpression And(BoundExpression left, BoundExpression right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.IsFalse || right.IsFalse ? False
            : left.IsTrue ? right
            : right.IsTrue || left.Equals(right) ? left
            : new BoundAnd(left, right);
    }

    /// <summary>Constants are folded, and equal sides become one.</summary>
    public static BoundExpression Or(BoundExpression left, BoundExpression right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.IsTrue || right.IsTrue ? True
            : left.IsFalse ? right
            : right.IsFalse || left.Equals(right) ? left
            : new BoundOr(left, right);
    }

    /// <summary>Replaces every predicate and folds what becomes constant.</summary>
    internal BoundExpression Rewrite(Func<BoundPredicate, BoundExpression> replace) => this switch
    {
        BoundAnd and => And(and.Left.Rewrite(replace), and.Right.Rewrite(replace)),
        BoundOr or => Or(or.Left.Rewrite(replace), or.Right.Rewrite(replace)),
        BoundPredicate predicate => replace(predicate),
        _ => this,
    };

    /// <summary>Decides the whole from what is decided of its predicates.</summary>
    internal bool Decide(Func<BoundPredicate, bool> decide) => this switch
    {
        BoundAnd and => and.Left.Decide(decide) && and.Right.Decide(decide),
        BoundOr or => or.Left.Decide(decide) || or.Right.Decide(decide),
        BoundPredicate predicate => decide(predicate),
        BoundConstant constant => constant.Value,
        _ => throw new System.Diagnostics.UnreachableException(GetType().Name),
    };

    public abstract override string ToString();
}

public sealed record BoundConstant(bool Value) : BoundExpression
{
    public override string ToString() => Value ? "true" : "false";
}

public sealed record BoundAnd(BoundExpression Left, BoundExpression Right) : BoundExpression
{
    public override string ToString() => $"({Left} and {Right})";
}

public sealed record BoundOr(BoundExpression Left, BoundExpression Right) : BoundExpression
{
    public override string ToString() => $"({Left} or {Right})";
}

/// <summary>A predicate over one field.</summary>
public abstract record BoundPredicate : BoundExpression
{
    private protected BoundPredicate(BoundReference reference) => Reference = reference;

    public BoundReference Reference { get; init; }
}

public sealed record BoundUnaryPredicate : BoundPredicate
{
    internal BoundUnaryPredicate(UnaryOperation operation, BoundReference reference)
        : base(reference) => Operation = operation;

    public UnaryOperation Operation { get; }

    public override string ToString() => $"{Reference} {Operation.Symbol()}";
}

/// <summary>A comparison with a constant of the field's type; -0 is given as +0.</summary>
public sealed record BoundLiteralPredicate : BoundPredicate
{
    internal BoundLiteralPredicate(LiteralOperation operation, BoundReference reference, Literal value)
        : base(reference)
    {
        Operation = operation;
        Value = value;
    }

    public LiteralOperation Operation { get; }

    public Literal Value { get; }

    public override string ToString() => $"{Reference} {Operation.Symbol()} {Value}";
}

/// <summary>A test against at least two constants of the field's type, ascending and all different; -0 is given as +0.</summary>
public sealed record BoundSetPredicate : BoundPredicate
{
    private readonly HashSet<Literal> _set;

    private BoundSetPredicate(SetOperation operation, BoundReference reference, ImmutableArray<Literal> values, HashSet<Literal> set)
        : base(reference)
    {
        Operation = operation;
        Values = values;
        _set = set;
    }

    public SetOperation Operation { get; }

    public ImmutableArray<Literal> Values { get; }

    public bool Equals(BoundSetPredicate? other) => other is not null && Operation == other.Operation && Reference == other.Reference
        && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Operation, Reference, Values.Length);

    public override string ToString() => $"{Reference} {Operation.Symbol()} ({string.Join(", ", Values)})";

    /// <summary>A set of one becomes a comparison, an empty one a constant.</summary>
    internal static BoundExpression Create(SetOperation operation, BoundReference reference, IEnumerable<Literal> values)
    {
        var set = values.ToHashSet();
        return (operation, set.Count) switch
        {
            (SetOperation.In, 0) => False,
            (SetOperation.NotIn, 0) => True,
            (SetOperation.In, 1) => new BoundLiteralPredicate(LiteralOperation.Equal, reference, set.Single()),
            (SetOperation.NotIn, 1) => new BoundLiteralPredicate(LiteralOperation.NotEqual, reference, set.Single()),
            _ => new BoundSetPredicate(operation, reference, [.. set.Order()], set),
        };
    }

    internal bool Contains(Literal value) => value.TypeId == Values[0].TypeId && value is not { TypeId: TypeId.Float or TypeId.Double }
        ? _set.Contains(value)
        : Values.Any(constant => BoundPredicates.Compare(value, constant) == 0);

    internal BoundSetPredicate Negate() => new(Operation.Negate(), Reference, Values, _set);
}

/// <summary>A test of a text field; negated, of all the other rows, nulls among them.</summary>
public sealed record BoundTestPredicate : BoundPredicate
{
    internal BoundTestPredicate(TextTest test, bool isNegated, BoundReference reference)
        : base(reference)
    {
        Test = test;
        IsNegated = isNegated;
    }

    public TextTest Test { get; }

    public bool IsNegated { get; }

    public override string ToString() => $"{Reference} {(IsNegated ? "not " : "")}{Test}";

    internal BoundTestPredicate Negate() => new(Test, !IsNegated, Reference);
}

/// <summary>Whether some element of a list satisfies a condition; negated, of all the other rows, those without a list among them.</summary>
public sealed record BoundElementPredicate : BoundPredicate
{
    internal BoundElementPredicate(BoundExpression condition, bool isNegated, BoundReference reference)
        : base(reference)
    {
        Condition = condition;
        IsNegated = isNegated;
    }

    /// <summary>Bound to <see cref="ElementSchema"/>; never false as a whole.</summary>
    public BoundExpression Condition { get; }

    public bool IsNegated { get; }

    /// <summary>The element as the one column of a schema; its fields have the ids that they have in the table.</summary>
    public Schema ElementSchema => SchemaOf((ListType)Reference.Type);

    public override string ToString() => $"{Reference} {(IsNegated ? "has no" : "has")} ({Condition})";

    internal static Schema SchemaOf(ListType list) => new(0, list.ElementField);
}
