using System.Collections.Frozen;

namespace FederatedQuery.DuckDb.Types;

/// <summary>
/// A DuckDB type in full: immutable, holds nothing native, equal by structure. <see cref="ToString"/> is the type as SQL.
/// </summary>
public sealed class DuckDBLogicalType : IEquatable<DuckDBLogicalType>
{
    /// <summary>DuckDB's alias of a VARCHAR that holds JSON text.</summary>
    public const string JsonAlias = "JSON";

    private static readonly FrozenDictionary<DuckDBType, DuckDBLogicalType> Plain =
        System.Enum.GetValues<DuckDBType>().Where(IsPlain).ToFrozenDictionary(type => type, type => new DuckDBLogicalType(type));

    private readonly string _sql;

    internal DuckDBLogicalType(DuckDBType type)
    {
        Type = type;
        _sql = LogicalTypeText.Write(this);
    }

    private DuckDBLogicalType(
        DuckDBType type,
        byte width = 0,
        byte scale = 0,
        DuckDBLogicalType? child = null,
        int arraySize = 0,
        IReadOnlyList<DuckDBField>? fields = null,
        IReadOnlyList<string>? enumValues = null,
        string? alias = null)
    {
        Type = type;
        Width = width;
        Scale = scale;
        Child = child;
        ArraySize = arraySize;
        Fields = fields ?? [];
        EnumValues = enumValues ?? [];
        Alias = alias;
        _sql = LogicalTypeText.Write(this);
    }

    public static DuckDBLogicalType Boolean => Plain[DuckDBType.Boolean];
    public static DuckDBLogicalType TinyInt => Plain[DuckDBType.TinyInt];
    public static DuckDBLogicalType SmallInt => Plain[DuckDBType.SmallInt];
    public static DuckDBLogicalType Integer => Plain[DuckDBType.Integer];
    public static DuckDBLogicalType BigInt => Plain[DuckDBType.BigInt];
    public static DuckDBLogicalType HugeInt => Plain[DuckDBType.HugeInt];
    public static DuckDBLogicalType Float => Plain[DuckDBType.Float];
    public static DuckDBLogicalType Double => Plain[DuckDBType.Double];
    public static DuckDBLogicalType Date => Plain[DuckDBType.Date];
    public static DuckDBLogicalType Time => Plain[DuckDBType.Time];
    public static DuckDBLogicalType Timestamp => Plain[DuckDBType.Timestamp];
    public static DuckDBLogicalType TimestampTz => Plain[DuckDBType.TimestampTz];
    public static DuckDBLogicalType Interval => Plain[DuckDBType.Interval];
    public static DuckDBLogicalType Varchar => Plain[DuckDBType.Varchar];
    public static DuckDBLogicalType Blob => Plain[DuckDBType.Blob];
    public static DuckDBLogicalType Uuid => Plain[DuckDBType.Uuid];
    public static DuckDBLogicalType Json { get; } = new(DuckDBType.Varchar, alias: JsonAlias);

    public DuckDBType Type { get; }

    /// <summary>Digits of a DECIMAL, 1..38; else 0.</summary>
    public byte Width { get; }

    /// <summary>Digits after the point of a DECIMAL; else 0.</summary>
    public byte Scale { get; }

    /// <summary>Element type of a LIST or ARRAY; the key-value STRUCT of a MAP; else null.</summary>
    public DuckDBLogicalType? Child { get; }

    /// <summary>Elements of an ARRAY; else 0.</summary>
    public int ArraySize { get; }

    /// <summary>Members of a STRUCT or UNION in order; <c>key</c> and <c>value</c> of a MAP; else empty.</summary>
    public IReadOnlyList<DuckDBField> Fields { get; } = [];

    /// <summary>Dictionary of an ENUM in order; else empty.</summary>
    public IReadOnlyList<string> EnumValues { get; } = [];

    /// <summary>The user type's name, such as JSON, or null.</summary>
    public string? Alias { get; }

    public bool IsJson => Type == DuckDBType.Varchar && Alias == JsonAlias;

    /// <summary>The type of the numbers a vector holds: that of DECIMAL by width, of ENUM by dictionary size; else <see cref="Type"/>.</summary>
    public DuckDBType PhysicalType => Type switch
    {
        DuckDBType.Decimal => Width switch
        {
            <= 4 => DuckDBType.SmallInt,
            <= 9 => DuckDBType.Integer,
            <= 18 => DuckDBType.BigInt,
            _ => DuckDBType.HugeInt,
        },
        DuckDBType.Enum => EnumValues.Count switch
        {
            <= byte.MaxValue => DuckDBType.UnsignedTinyInt,
            <= ushort.MaxValue => DuckDBType.UnsignedSmallInt,
            _ => DuckDBType.UnsignedInteger,
        },
        _ => Type,
    };

    /// <summary>Bytes of one value in a vector's data; 0 where a vector has only children (STRUCT, UNION, ARRAY).</summary>
    public int ValueSize => PhysicalType switch
    {
        DuckDBType.Boolean or DuckDBType.TinyInt or DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.SmallInt or DuckDBType.UnsignedSmallInt => 2,
        DuckDBType.Integer or DuckDBType.UnsignedInteger or DuckDBType.Float or DuckDBType.Date or DuckDBType.SqlNull => 4,
        DuckDBType.BigInt or DuckDBType.UnsignedBigInt or DuckDBType.Double or DuckDBType.Time or DuckDBType.TimeTz or DuckDBType.TimeNs
            or DuckDBType.Timestamp or DuckDBType.TimestampTz or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs => 8,
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Uuid or DuckDBType.Interval
            or DuckDBType.Varchar or DuckDBType.Blob or DuckDBType.Bit or DuckDBType.BigNum or DuckDBType.Geometry
            or DuckDBType.List or DuckDBType.Map => 16,
        DuckDBType.Struct or DuckDBType.Union or DuckDBType.Array or DuckDBType.Variant => 0,
        DuckDBType.Invalid or DuckDBType.Any or DuckDBType.StringLiteral or DuckDBType.IntegerLiteral =>
            throw new NotSupportedException($"The type {Type} has no values."),
        _ => throw new NotSupportedException($"DuckDB's type number {(int)Type} is not known to this binding."),
    };

    /// <summary>A type that needs no more than its name.</summary>
    /// <exception cref="ArgumentException">The type has parts: use its own factory.</exception>
    public static DuckDBLogicalType Of(DuckDBType type) =>
        Plain.TryGetValue(type, out var plain) ? plain : throw new ArgumentException($"The type {type} is not complete by its name alone: use {nameof(DuckDBLogicalType)}.{type}(...).", nameof(type));

    public static DuckDBLogicalType Decimal(int width, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, DuckDBDecimal.MaximumWidth);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, width);
        return new DuckDBLogicalType(DuckDBType.Decimal, (byte)width, (byte)scale);
    }

    public static DuckDBLogicalType List(DuckDBLogicalType child) => new(DuckDBType.List, child: child);

    public static DuckDBLogicalType Array(DuckDBLogicalType child, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new DuckDBLogicalType(DuckDBType.Array, child: child, arraySize: size);
    }

    public static DuckDBLogicalType Struct(params IReadOnlyList<DuckDBField> fields)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count, nameof(fields));
        return new DuckDBLogicalType(DuckDBType.Struct, fields: [.. fields]);
    }

    public static DuckDBLogicalType Union(params IReadOnlyList<DuckDBField> members)
    {
        ArgumentOutOfRangeException.ThrowIfZero(members.Count, nameof(members));
        return new DuckDBLogicalType(DuckDBType.Union, fields: [.. members]);
    }

    public static DuckDBLogicalType Map(DuckDBLogicalType key, DuckDBLogicalType value)
    {
        DuckDBField[] entry = [new("key", key), new("value", value)];
        return new DuckDBLogicalType(DuckDBType.Map, child: new DuckDBLogicalType(DuckDBType.Struct, fields: entry), fields: entry);
    }

    public static DuckDBLogicalType Enum(params IReadOnlyList<string> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        return new DuckDBLogicalType(DuckDBType.Enum, enumValues: [.. values]);
    }

    public DuckDBLogicalType WithAlias(string? alias) => new(Type, Width, Scale, Child, ArraySize, Fields, EnumValues, alias);

    public bool Equals(DuckDBLogicalType? other) => other is not null && other.Type == Type && other._sql == _sql;

    public override bool Equals(object? obj) => Equals(obj as DuckDBLogicalType);

    public override int GetHashCode() => HashCode.Combine(Type, _sql);

    /// <summary>The type as SQL would write it, e.g. <c>STRUCT("a" INTEGER, "b" DECIMAL(18,3)[])</c>.</summary>
    public override string ToString() => _sql;

    private static bool IsPlain(DuckDBType type) => type is not (DuckDBType.Invalid or DuckDBType.Decimal or DuckDBType.List or DuckDBType.Array
        or DuckDBType.Struct or DuckDBType.Union or DuckDBType.Map or DuckDBType.Enum);
}
