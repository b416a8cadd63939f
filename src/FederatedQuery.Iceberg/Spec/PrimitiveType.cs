namespace FederatedQuery.Iceberg.Spec;

public abstract record PrimitiveType : IcebergType
{
    private protected PrimitiveType()
    {
    }

    /// <summary>
    /// True for the types whose values a <see cref="Literal"/> can hold: all primitives but unknown, geometry and geography.
    /// </summary>
    public bool HasLiterals => TypeId <= TypeId.Binary;

    /// <summary>Reads a type string of Appendix C; white space around parameters is accepted.</summary>
    /// <exception cref="IcebergException">The text is not a primitive type.</exception>
    public static PrimitiveType Parse(string text) => TypeStringParser.Parse(text) as PrimitiveType
        ?? throw IcebergException.InvalidMetadata($"'{text}' is not a primitive type.");
}

public sealed record BooleanType : PrimitiveType
{
    internal BooleanType()
    {
    }

    public override TypeId TypeId => TypeId.Boolean;

    public override string ToString() => "boolean";
}

public sealed record IntType : PrimitiveType
{
    internal IntType()
    {
    }

    public override TypeId TypeId => TypeId.Int;

    public override string ToString() => "int";
}

public sealed record LongType : PrimitiveType
{
    internal LongType()
    {
    }

    public override TypeId TypeId => TypeId.Long;

    public override string ToString() => "long";
}

public sealed record FloatType : PrimitiveType
{
    internal FloatType()
    {
    }

    public override TypeId TypeId => TypeId.Float;

    public override string ToString() => "float";
}

public sealed record DoubleType : PrimitiveType
{
    internal DoubleType()
    {
    }

    public override TypeId TypeId => TypeId.Double;

    public override string ToString() => "double";
}

public sealed record DateType : PrimitiveType
{
    internal DateType()
    {
    }

    public override TypeId TypeId => TypeId.Date;

    public override string ToString() => "date";
}

public sealed record TimeType : PrimitiveType
{
    internal TimeType()
    {
    }

    public override TypeId TypeId => TypeId.Time;

    public override string ToString() => "time";
}

public sealed record TimestampType : PrimitiveType
{
    internal TimestampType()
    {
    }

    public override TypeId TypeId => TypeId.Timestamp;

    public override string ToString() => "timestamp";
}

public sealed record TimestamptzType : PrimitiveType
{
    internal TimestamptzType()
    {
    }

    public override TypeId TypeId => TypeId.Timestamptz;

    public override string ToString() => "timestamptz";
}

public sealed record TimestampNsType : PrimitiveType
{
    internal TimestampNsType()
    {
    }

    public override TypeId TypeId => TypeId.TimestampNs;

    public override string ToString() => "timestamp_ns";
}

public sealed record TimestamptzNsType : PrimitiveType
{
    internal TimestamptzNsType()
    {
    }

    public override TypeId TypeId => TypeId.TimestamptzNs;

    public override string ToString() => "timestamptz_ns";
}

public sealed record StringType : PrimitiveType
{
    internal StringType()
    {
    }

    public override TypeId TypeId => TypeId.String;

    public override string ToString() => "string";
}

public sealed record UuidType : PrimitiveType
{
    internal UuidType()
    {
    }

    public override TypeId TypeId => TypeId.Uuid;

    public override string ToString() => "uuid";
}

public sealed record BinaryType : PrimitiveType
{
    internal BinaryType()
    {
    }

    public override TypeId TypeId => TypeId.Binary;

    public override string ToString() => "binary";
}

/// <summary>The type of a column that holds only nulls so far (v3).</summary>
public sealed record UnknownType : PrimitiveType
{
    internal UnknownType()
    {
    }

    public override TypeId TypeId => TypeId.Unknown;

    public override string ToString() => "unknown";
}
