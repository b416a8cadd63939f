using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary>
/// A column of a chunk, or the child of one, written in place. Borrowed: valid until the chunk is reset, refilled or disposed of, and a
/// child writer until its list is reserved anew. Rows are valid until set null.
/// </summary>
public unsafe struct DuckDBVectorWriter
{
    private readonly nint _vector;
    private readonly void* _data;
    private readonly int _capacity;
    private ulong* _validity;

    /// <param name="vector">Owned by the chunk.</param>
    internal DuckDBVectorWriter(nint vector, DuckDBLogicalType type, int capacity)
    {
        _vector = vector;
        _data = NativeMethods.Vectors.GetData(vector);
        _capacity = capacity;
        Type = type;
    }

    public DuckDBLogicalType Type { get; }

    /// <summary>Rows there is room for.</summary>
    public readonly int Capacity => _capacity;

    /// <summary>The data as <typeparamref name="T"/>, <see cref="Capacity"/> long; see <see cref="DuckDBVector.Values{T}"/>.</summary>
    public readonly Span<T> Values<T>()
        where T : unmanaged
    {
        if (sizeof(T) != Type.ValueSize)
        {
            VectorThrow.WrongSize(typeof(T), sizeof(T), Type);
        }

        return new Span<T>(_data, _capacity);
    }

    /// <summary>Makes a row null; of a STRUCT, UNION or ARRAY what it holds too, as DuckDB expects it.</summary>
    public void SetNull(int row)
    {
        CheckRow(row);
        if (_validity == null)
        {
            NativeMethods.Vectors.EnsureValidityWritable(_vector);
            _validity = NativeMethods.Vectors.GetValidity(_vector);
        }

        _validity[row >> 6] &= ~(1UL << (row & 63));
        if (Type.Type is DuckDBType.Struct or DuckDBType.Union)
        {
            if (Type.Type is DuckDBType.Union)
            {
                new DuckDBVectorWriter(
                    NativeMethods.Vectors.StructGetChild(_vector, 0), DuckDBLogicalType.Of(DuckDBType.UnsignedTinyInt), _capacity).SetNull(row);
            }

            for (var i = 0; i < Type.Fields.Count; i++)
            {
                Field(i).SetNull(row);
            }
        }
        else if (Type.Type is DuckDBType.Array)
        {
            var child = Child();
            for (var i = 0; i < Type.ArraySize; i++)
            {
                child.SetNull((row * Type.ArraySize) + i);
            }
        }
    }

    /// <summary>
    /// Sets a VARCHAR, BLOB or JSON. The bytes are copied. They are <b>not</b> checked: for a VARCHAR they must be UTF-8.
    /// </summary>
    public readonly void SetUtf8(int row, ReadOnlySpan<byte> utf8)
    {
        CheckRow(row);
        VectorThrow.IfNotText(Type);
        SetBytes(row, utf8);
    }

    /// <summary>Sets a VARCHAR from UTF-16; a lone surrogate becomes U+FFFD.</summary>
    public readonly void SetString(int row, ReadOnlySpan<char> text)
    {
        CheckRow(row);
        VectorThrow.IfNotText(Type);
        const int StackLimit = 512;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= StackLimit)
        {
            Span<byte> utf8 = stackalloc byte[StackLimit];
            SetBytes(row, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            SetBytes(row, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Makes room for so many elements of all rows together. Child writers taken before are no longer valid.</summary>
    public readonly void ReserveList(int elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        CheckList();
        if (NativeMethods.Vectors.ListReserve(_vector, (ulong)elements) != DuckDBState.Success)
        {
            throw new InvalidOperationException($"DuckDB could not make room for {elements} list elements.");
        }
    }

    /// <summary>Says how many elements of <see cref="Child"/> are used, all rows together; reserves them when there is no room.</summary>
    public readonly void SetListSize(int elements)
    {
        ReserveList(elements);
        NativeMethods.Vectors.ListSetSize(_vector, (ulong)elements);
    }

    /// <summary>How many elements <see cref="SetListSize"/> said there are.</summary>
    public readonly int ListSize
    {
        get
        {
            CheckList();
            return (int)NativeMethods.Vectors.ListGetSize(_vector);
        }
    }

    /// <summary>Where each row's elements lie in the child of a LIST or MAP.</summary>
    public readonly Span<DuckDBListEntry> ListEntries => Values<DuckDBListEntry>();

    /// <summary>The child of a LIST or MAP, with the room that <see cref="SetListSize"/> set; of an ARRAY, ArraySize times this one's.</summary>
    public readonly DuckDBVectorWriter Child() => Type.Type switch
    {
        DuckDBType.List or DuckDBType.Map =>
            new DuckDBVectorWriter(NativeMethods.Vectors.ListGetChild(_vector), Type.Child!, (int)NativeMethods.Vectors.ListGetSize(_vector)),
        DuckDBType.Array =>
            new DuckDBVectorWriter(NativeMethods.Vectors.ArrayGetChild(_vector), Type.Child!, _capacity * Type.ArraySize),
        _ => throw new InvalidOperationException($"A vector of {Type} has no single child: LIST, MAP and ARRAY have."),
    };

    /// <summary>A member of a STRUCT. Of a UNION too, whose <see cref="UnionTags"/> must say the same, and all other members be null.</summary>
    public readonly DuckDBVectorWriter Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Type.Fields.Count);
        var child = Type.Type switch
        {
            DuckDBType.Struct => index,
            DuckDBType.Union => index + 1, // The tag comes first.
            _ => throw new InvalidOperationException($"A vector of {Type} has no fields: STRUCT and UNION have."),
        };
        return new DuckDBVectorWriter(NativeMethods.Vectors.StructGetChild(_vector, (ulong)child), Type.Fields[index].Type, _capacity);
    }

    /// <summary>Of a UNION, which member each row holds.</summary>
    public readonly Span<byte> UnionTags()
    {
        if (Type.Type != DuckDBType.Union)
        {
            throw new InvalidOperationException($"A vector of {Type} has no tags: UNION has.");
        }

        return new Span<byte>(NativeMethods.Vectors.GetData(NativeMethods.Vectors.StructGetChild(_vector, 0)), _capacity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void SetBytes(int row, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= DuckDBString.InlineLength)
        {
            // No call: string_t is written here. Its unused bytes must be zero, DuckDB compares them.
            var text = (DuckDBString*)_data + row;
            *text = default;
            text->Length = (uint)bytes.Length;
            bytes.CopyTo(new Span<byte>(text->Inlined, DuckDBString.InlineLength));
            return;
        }

        fixed (byte* first = bytes)
        {
            NativeMethods.Vectors.UnsafeAssignStringElementLength(_vector, (ulong)row, first, (ulong)bytes.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void CheckRow(int row)
    {
        if ((uint)row >= (uint)_capacity)
        {
            VectorThrow.RowOutOfRange(row, _capacity);
        }
    }

    private readonly void CheckList()
    {
        if (Type.Type is not (DuckDBType.List or DuckDBType.Map))
        {
            throw new InvalidOperationException($"A vector of {Type} is no list.");
        }
    }
}
