using System.Runtime.CompilerServices;
using System.Text;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary>
/// A column of a chunk, or the child of one, read in place: borrowed from its chunk and valid until that is disposed of, reset or
/// refilled. Take spans and masks once per chunk, then loop. Values at rows that are not valid are undefined.
/// </summary>
public readonly unsafe struct DuckDBVector
{
    private readonly nint _vector;
    private readonly void* _data;
    private readonly ulong* _validity;

    /// <param name="vector">Owned by the chunk.</param>
    internal DuckDBVector(nint vector, DuckDBLogicalType type, int count)
    {
        _vector = vector;
        _data = NativeMethods.Vectors.GetData(vector);
        _validity = NativeMethods.Vectors.GetValidity(vector);
        Type = type;
        Count = count;
    }

    public DuckDBLogicalType Type { get; }

    /// <summary>Rows; for a child vector, elements of all rows together.</summary>
    public int Count { get; }

    /// <summary>True when DuckDB made no null mask. False does not mean that there is a null.</summary>
    public bool AllValid => _validity == null;

    /// <summary>One bit a row, lowest first, 1 is valid; empty when <see cref="AllValid"/>.</summary>
    public ReadOnlySpan<ulong> Validity => _validity == null ? default : new ReadOnlySpan<ulong>(_validity, (Count + 63) / 64);

    /// <summary>For loops that have checked type and row once.</summary>
    internal void* Data => _data;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsValid(int row) => _validity == null || (_validity[row >> 6] & (1UL << (row & 63))) != 0;

    /// <summary>
    /// The data as <typeparamref name="T"/>: the physical number (DECIMAL by width, ENUM by dictionary size), one of the value structs of
    /// <c>Types</c>, Int128 for HUGEINT, <see cref="DuckDBListEntry"/> for LIST and MAP.
    /// </summary>
    /// <exception cref="InvalidOperationException">T's size is not that of the type's values.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (sizeof(T) != Type.ValueSize)
        {
            VectorThrow.WrongSize(typeof(T), sizeof(T), Type);
        }

        return new ReadOnlySpan<T>(_data, Count);
    }

    /// <summary>The bytes of a VARCHAR, BLOB, BIT, BIGNUM or GEOMETRY at a valid row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Utf8(int row)
    {
        if ((uint)row >= (uint)Count)
        {
            VectorThrow.RowOutOfRange(row, Count);
        }

        var text = (DuckDBString*)_data + row;
        return text->Length <= DuckDBString.InlineLength
            ? new ReadOnlySpan<byte>(text->Inlined, (int)text->Length)
            : new ReadOnlySpan<byte>(text->Pointer, checked((int)text->Length));
    }

    /// <summary><see cref="Utf8"/> as a new string; for the few, not the many.</summary>
    public string String(int row)
    {
        VectorThrow.IfNotText(Type);
        return Encoding.UTF8.GetString(Utf8(row));
    }

    /// <summary>Where the elements of each row of a LIST or MAP lie in <see cref="Child()"/>.</summary>
    public ReadOnlySpan<DuckDBListEntry> ListEntries => Values<DuckDBListEntry>();

    /// <summary>
    /// The elements of all rows: of a LIST or MAP by <see cref="ListEntries"/> (a MAP's are structs of key and value), of an ARRAY those of
    /// row r from <c>r * ArraySize</c> on.
    /// </summary>
    public DuckDBVector Child() => Type.Type switch
    {
        DuckDBType.List or DuckDBType.Map =>
            new DuckDBVector(NativeMethods.Vectors.ListGetChild(_vector), Type.Child!, (int)NativeMethods.Vectors.ListGetSize(_vector)),
        DuckDBType.Array =>
            new DuckDBVector(NativeMethods.Vectors.ArrayGetChild(_vector), Type.Child!, Count * Type.ArraySize),
        _ => throw new InvalidOperationException($"A vector of {Type} has no single child: LIST, MAP and ARRAY have."),
    };

    /// <summary>The vector of a STRUCT's or UNION's member, as long as this one.</summary>
    public DuckDBVector Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Type.Fields.Count);
        var child = Type.Type switch
        {
            DuckDBType.Struct => index,
            DuckDBType.Union => index + 1, // The tag comes first.
            _ => throw new InvalidOperationException($"A vector of {Type} has no fields: STRUCT and UNION have."),
        };
        return new DuckDBVector(NativeMethods.Vectors.StructGetChild(_vector, (ulong)child), Type.Fields[index].Type, Count);
    }

    /// <summary>Of a UNION, which member each row holds.</summary>
    public ReadOnlySpan<byte> UnionTags()
    {
        if (Type.Type != DuckDBType.Union)
        {
            throw new InvalidOperationException($"A vector of {Type} has no tags: UNION has.");
        }

        return new ReadOnlySpan<byte>(NativeMethods.Vectors.GetData(NativeMethods.Vectors.StructGetChild(_vector, 0)), Count);
    }

    /// <summary>Of an ENUM, the index into <see cref="DuckDBLogicalType.EnumValues"/>.</summary>
    public int EnumIndex(int row) => Type.PhysicalType switch
    {
        DuckDBType.UnsignedTinyInt => Values<byte>()[row],
        DuckDBType.UnsignedSmallInt => Values<ushort>()[row],
        DuckDBType.UnsignedInteger => checked((int)Values<uint>()[row]),
        _ => throw new InvalidOperationException($"A vector of {Type} has no enum values."),
    };

    /// <summary>Of a DECIMAL of any width, HUGEINT or smaller signed integer: the unscaled value.</summary>
    public Int128 Unscaled(int row) => Type.PhysicalType switch
    {
        DuckDBType.TinyInt => Values<sbyte>()[row],
        DuckDBType.SmallInt => Values<short>()[row],
        DuckDBType.Integer => Values<int>()[row],
        DuckDBType.BigInt => Values<long>()[row],
        DuckDBType.HugeInt => Values<Int128>()[row],
        _ => throw new InvalidOperationException($"A vector of {Type} holds no decimals or signed integers."),
    };

    public DuckDBDecimal Decimal(int row) => new(Unscaled(row), Type.Width, Type.Scale);
}
