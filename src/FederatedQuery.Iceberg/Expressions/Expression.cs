using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// A predicate over columns that are given by name; <see cref="Binder"/> makes it one over a schema. Logic is two-valued, as the
/// expressions specification has it: a comparison with a null value is false, but <c>!=</c>, <c>not in</c> and <c>not starts with</c>
/// are true;
/// a NOT turns each into its opposite. So a predicate selects every row that SQL's WHERE selects, and sometimes rows with nulls
/// beyond them.
/// NaN is above every number and equal to itself, -0 equals +0.
/// </summary>
public abstract record Expression
{
    private protected Expression()
    {
    }

    public static Expression True { get; } = new TrueExpression();

    public static Expression False { get; } = new FalseExpression();

    /// <summary>All of them; true when there are none. Constants are folded.</summary>
    public static Expression And(params IEnumerable<Expression> expressions) => expressions.Aggregate(True, (left, right) => (left, right) switch
    {
        (FalseExpression, _) or (_, FalseExpression) => False,
        (TrueExpression, _) => right,
        (_, TrueExpression) => left,
        _ => new AndExpression(left, right),
    });

    /// <summary>Any of them; false when there are none. Constants are folded.</summary>
    public static Expression Or(params IEnumerable<Expression> expressions) => expressions.Aggregate(False, (left, right) => (left, right) switch
    {
        (TrueExpression, _) or (_, TrueExpression) => True,
        (FalseExpression, _) => right,
        (_, FalseExpression) => left,
        _ => new OrExpression(left, right),
    });

    public static Expression Not(Expression child) => child switch
    {
        TrueExpression => False,
        FalseExpression => True,
        NotExpression not => not.Child,
        _ => new NotExpression(child),
    };

    public static Expression IsNull(string name) => new UnaryPredicate(UnaryOperation.IsNull, name);

    public static Expression NotNull(string name) => new UnaryPredicate(UnaryOperation.NotNull, name);

    public static Expression IsNaN(string name) => new UnaryPredicate(UnaryOperation.IsNaN, name);

    public static Expression NotNaN(string name) => new UnaryPredicate(UnaryOperation.NotNaN, name);

    public static Expression LessThan(string name, Literal value) => new LiteralPredicate(LiteralOperation.LessThan, name, value);

    public static Expression LessThanOrEqual(string name, Literal value) => new LiteralPredicate(LiteralOperation.LessThanOrEqual, name, value);

    public static Expression GreaterThan(string name, Literal value) => new LiteralPredicate(LiteralOperation.GreaterThan, name, value);

    public static Expression GreaterThanOrEqual(string name, Literal value) => new LiteralPredicate(LiteralOperation.GreaterThanOrEqual, name, value);

    public static Expression Equal(string name, Literal value) => new LiteralPredicate(LiteralOperation.Equal, name, value);

    public static Expression NotEqual(string name, Literal value) => new LiteralPredicate(LiteralOperation.NotEqual, name, value);

    public static Expression StartsWith(string name, string prefix) => new LiteralPredicate(LiteralOperation.StartsWith, name, Literal.String(prefix));

    public static Expression NotStartsWith(string name, string prefix) => new LiteralPredicate(LiteralOperation.NotStartsWith, name, Literal.String(prefix));

    public static Expression In(string name, params ImmutableArray<Literal> values) => new SetPredicate(SetOperation.In, name, values);

    public static Expression NotIn(string name, params ImmutableArray<Literal> values) => new SetPredicate(SetOperation.NotIn, name, values);

    /// <summary>Beyond the specification, as the other tests of text: it never leaves out a file but by what is null.</summary>
    public static Expression Contains(string name, string text) => new TestPredicate(new ContainsTest(text), name);

    public static Expression NotContains(string name, string text) => new TestPredicate(new ContainsTest(text), name, IsNegated: true);

    public static Expression EndsWith(string name, string suffix) => new TestPredicate(new EndsWithTest(suffix), name);

    public static Expression NotEndsWith(string name, string suffix) => new TestPredicate(new EndsWithTest(suffix), name, IsNegated: true);

    /// <summary>The words of the search are in the text.</summary>
    public static Expression Search(string name, TextSearch search) => new TestPredicate(new SearchTest(search), name);

    /// <summary>The text is JSON with something at the path, null included.</summary>
    public static Expression JsonExists(string name, JsonPath path) => new TestPredicate(new JsonExistsTest(path), name);

    /// <summary>The text is JSON with that value at the path.</summary>
    /// <exception cref="System.Text.Json.JsonException"><paramref name="json"/> is not JSON.</exception>
    public static Expression JsonEqual(string name, JsonPath path, string json) => new TestPredicate(new JsonEqualTest(path, json), name);

    /// <summary>Some element of the list satisfies the condition; no list has none. Beyond the specification.</summary>
    /// <param name="name">The list's dotted name.</param>
    /// <param name="condition">Over <c>element</c>, and <c>element.x</c> where elements are structs; elements that are null are elements too.</param>
    public static Expression HasElement(string name, Expression condition) => new ElementPredicate(name, condition);

    public abstract override string ToString();
}

public sealed record TrueExpression : Expression
{
    internal TrueExpression()
    {
    }

    public override string ToString() => "true";
}

public sealed record FalseExpression : Expression
{
    internal FalseExpression()
    {
    }

    public override string ToString() => "false";
}

public sealed record AndExpression(Expression Left, Expression Right) : Expression
{
    public override string ToString() => $"({Left} and {Right})";
}

public sealed record OrExpression(Expression Left, Expression Right) : Expression
{
    public override string ToString() => $"({Left} or {Right})";
}

public sealed record NotExpression(Expression Child) : Expression
{
    public override string ToString() => $"not({Child})";
}

/// <param name="Operation">The test.</param>
/// <param name="Name">The column's dotted name.</param>
public sealed record UnaryPredicate(UnaryOperation Operation, string Name) : Expression
{
    public override string ToString() => $"{Name} {Operation.Symbol()}";
}

/// <param name="Operation">The comparison.</param>
/// <param name="Name">The column's dotted name.</param>
/// <param name="Value">Not NaN: that is what <see cref="UnaryOperation.IsNaN"/> is for.</param>
public sealed record LiteralPredicate(LiteralOperation Operation, string Name, Literal Value) : Expression
{
    public override string ToString() => $"{Name} {Operation.Symbol()} {Value}";
}

/// <param name="Operation">In or not in.</param>
/// <param name="Name">The column's dotted name.</param>
/// <param name="Values">Not NaN; may be empty.</param>
public sealed record SetPredicate(SetOperation Operation, string Name, ImmutableArray<Literal> Values) : Expression
{
    public bool Equals(SetPredicate? other) => other is not null && Operation == other.Operation && Name == other.Name
        && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Operation, Name, Values.Length);

    public override string ToString() => $"{Name} {Operation.Symbol()} ({string.Join(", ", Values)})";
}

/// <param name="Test">Of text, which no null passes.</param>
/// <param name="Name">The column's dotted name.</param>
/// <param name="IsNegated">Selects all the other rows, nulls among them.</param>
public sealed record TestPredicate(TextTest Test, string Name, bool IsNegated = false) : Expression
{
    public override string ToString() => IsNegated ? $"{Name} not {Test}" : $"{Name} {Test}";
}

/// <param name="Name">The list's dotted name.</param>
/// <param name="Condition">Over its elements, as <see cref="Expression.HasElement"/> has it.</param>
/// <param name="IsNegated">Selects all the other rows, those without a list among them.</param>
public sealed record ElementPredicate(string Name, Expression Condition, bool IsNegated = false) : Expression
{
    public override string ToString() => $"{Name} {(IsNegated ? "has no" : "has")} ({Condition})";
}
