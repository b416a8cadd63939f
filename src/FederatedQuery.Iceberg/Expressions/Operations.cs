namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Tests of one value.</summary>
public enum UnaryOperation
{
    IsNull,
    NotNull,
    IsNaN,
    NotNaN,
}

/// <summary>Comparisons of a value with a constant.</summary>
public enum LiteralOperation
{
    LessThan,
    LessThanOrEqual,
    GreaterThan,
    GreaterThanOrEqual,
    Equal,
    NotEqual,
    StartsWith,
    NotStartsWith,
}

/// <summary>Tests of a value against a set of constants.</summary>
public enum SetOperation
{
    In,
    NotIn,
}

internal static class OperationExtensions
{
    public static UnaryOperation Negate(this UnaryOperation operation) => operation switch
    {
        UnaryOperation.IsNull => UnaryOperation.NotNull,
        UnaryOperation.NotNull => UnaryOperation.IsNull,
        UnaryOperation.IsNaN => UnaryOperation.NotNaN,
        _ => UnaryOperation.IsNaN,
    };

    public static SetOperation Negate(this SetOperation operation) => operation == SetOperation.In ? SetOperation.NotIn : SetOperation.In;

    /// <summary>The operation true for exactly the other non-null values. Nulls: see <see cref="SelectsNull"/>.</summary>
    public static LiteralOperation Negate(this LiteralOperation operation) => operation switch
    {
        LiteralOperation.LessThan => LiteralOperation.GreaterThanOrEqual,
        LiteralOperation.LessThanOrEqual => LiteralOperation.GreaterThan,
        LiteralOperation.GreaterThan => LiteralOperation.LessThanOrEqual,
        LiteralOperation.GreaterThanOrEqual => LiteralOperation.LessThan,
        LiteralOperation.Equal => LiteralOperation.NotEqual,
        LiteralOperation.NotEqual => LiteralOperation.Equal,
        LiteralOperation.StartsWith => LiteralOperation.NotStartsWith,
        _ => LiteralOperation.StartsWith,
    };

    /// <summary>Whether a null value satisfies the comparison: only the negative ones, as nothing null equals a constant.</summary>
    public static bool SelectsNull(this LiteralOperation operation) => operation is LiteralOperation.NotEqual or LiteralOperation.NotStartsWith;

    public static string Symbol(this LiteralOperation operation) => operation switch
    {
        LiteralOperation.LessThan => "<",
        LiteralOperation.LessThanOrEqual => "<=",
        LiteralOperation.GreaterThan => ">",
        LiteralOperation.GreaterThanOrEqual => ">=",
        LiteralOperation.Equal => "=",
        LiteralOperation.NotEqual => "!=",
        LiteralOperation.StartsWith => "starts with",
        _ => "not starts with",
    };

    public static string Symbol(this UnaryOperation operation) => operation switch
    {
        UnaryOperation.IsNull => "is null",
        UnaryOperation.NotNull => "is not null",
        UnaryOperation.IsNaN => "is nan",
        _ => "is not nan",
    };

    public static string Symbol(this SetOperation operation) => operation == SetOperation.In ? "in" : "not in";
}
