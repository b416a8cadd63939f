using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// How a partition or sort value is derived from a column (spec: Partition Transforms). This is the description; what it computes is in
/// <c>FederatedQuery.Iceberg.Transforms</c>.
/// </summary>
public abstract record Transform
{
    private protected Transform()
    {
    }

    public static IdentityTransform Identity { get; } = new();

    public static YearTransform Year { get; } = new();

    public static MonthTransform Month { get; } = new();

    public static DayTransform Day { get; } = new();

    public static HourTransform Hour { get; } = new();

    public static VoidTransform Void { get; } = new();

    /// <summary>True when a greater source value never has a lesser result.</summary>
    public virtual bool PreservesOrder => true;

    public static BucketTransform Bucket(int numBuckets) => new(numBuckets);

    public static TruncateTransform Truncate(int width) => new(width);

    /// <summary>
    /// Reads <c>identity</c>, <c>bucket[16]</c>, <c>truncate[4]</c>, <c>day</c> and so on. Any other name is an <see
    /// cref="UnknownTransform"/>.
    /// </summary>
    /// <exception cref="IcebergException">A bucket or truncate with a parameter that is not a positive int.</exception>
    public static Transform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim().ToLowerInvariant();
        return name switch
        {
            "identity" => Identity,
            "year" => Year,
            "month" => Month,
            "day" => Day,
            "hour" => Hour,
            "void" => Void,
            _ when Parameter(name, "bucket", text) is { } numBuckets => Bucket(numBuckets),
            _ when Parameter(name, "truncate", text) is { } width => Truncate(width),
            _ => new UnknownTransform(text),
        };
    }

    /// <summary>Whether the transform is defined for values of the type. Unknown transforms are, for all we know.</summary>
    public abstract bool CanTransform(IcebergType sourceType);

    /// <summary>The type of the results. For an unknown transform that is not known either; string stands for it.</summary>
    public abstract PrimitiveType ResultType(IcebergType sourceType);

    public abstract override string ToString();

    private protected static bool IsDateOrTimestamp(IcebergType type) => type.TypeId is TypeId.Date || IsTimestamp(type);

    private protected static bool IsTimestamp(IcebergType type) => type.TypeId is >= TypeId.Timestamp and <= TypeId.TimestamptzNs;

    private protected PrimitiveType PrimitiveSource(IcebergType sourceType) => sourceType as PrimitiveType
        ?? throw IcebergException.InvalidMetadata($"The transform {this} has no result for the type {sourceType}.");

    private static int? Parameter(string name, string transform, string text)
    {
        if (!name.StartsWith(transform + "[", StringComparison.Ordinal) || name[^1] != ']')
        {
            return null;
        }

        return int.TryParse(name.AsSpan()[(transform.Length + 1)..^1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw IcebergException.InvalidMetadata($"Transform '{text}': the number in brackets must be a positive int.");
    }
}

public sealed record IdentityTransform : Transform
{
    internal IdentityTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) =>
        sourceType is PrimitiveType && sourceType.TypeId is not (TypeId.Geometry or TypeId.Geography);

    public override PrimitiveType ResultType(IcebergType sourceType) => PrimitiveSource(sourceType);

    public override string ToString() => "identity";
}

public sealed record BucketTransform : Transform
{
    internal BucketTransform(int numBuckets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numBuckets);
        NumBuckets = numBuckets;
    }

    public int NumBuckets { get; }

    public override bool PreservesOrder => false;

    public override bool CanTransform(IcebergType sourceType) =>
        sourceType.TypeId is TypeId.Int or TypeId.Long or (>= TypeId.Decimal and <= TypeId.Binary);

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.Int;

    public override string ToString() => $"bucket[{NumBuckets}]";
}

public sealed record TruncateTransform : Transform
{
    internal TruncateTransform(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Width = width;
    }

    public int Width { get; }

    public override bool CanTransform(IcebergType sourceType) =>
        sourceType.TypeId is TypeId.Int or TypeId.Long or TypeId.Decimal or TypeId.String or TypeId.Binary;

    public override PrimitiveType ResultType(IcebergType sourceType) => PrimitiveSource(sourceType);

    public override string ToString() => $"truncate[{Width}]";
}

/// <summary>Years from 1970, as int.</summary>
public sealed record YearTransform : Transform
{
    internal YearTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) => IsDateOrTimestamp(sourceType);

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.Int;

    public override string ToString() => "year";
}

/// <summary>Months from January 1970, as int.</summary>
public sealed record MonthTransform : Transform
{
    internal MonthTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) => IsDateOrTimestamp(sourceType);

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.Int;

    public override string ToString() => "month";
}

/// <summary>Days from 1970-01-01, as date.</summary>
public sealed record DayTransform : Transform
{
    internal DayTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) => IsDateOrTimestamp(sourceType);

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.Date;

    public override string ToString() => "day";
}

/// <summary>Hours from the start of 1970-01-01, as int.</summary>
public sealed record HourTransform : Transform
{
    internal HourTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) => IsTimestamp(sourceType);

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.Int;

    public override string ToString() => "hour";
}

/// <summary>Always null.</summary>
public sealed record VoidTransform : Transform
{
    internal VoidTransform()
    {
    }

    public override bool CanTransform(IcebergType sourceType) => true;

    public override PrimitiveType ResultType(IcebergType sourceType) => sourceType as PrimitiveType ?? IcebergType.Int;

    public override string ToString() => "void";
}

/// <summary>A transform of another version of the specification: kept, never used for filtering, never written with.</summary>
public sealed record UnknownTransform(string Name) : Transform
{
    public override bool PreservesOrder => false;

    public override bool CanTransform(IcebergType sourceType) => true;

    public override PrimitiveType ResultType(IcebergType sourceType) => IcebergType.String;

    public override string ToString() => Name;
}
