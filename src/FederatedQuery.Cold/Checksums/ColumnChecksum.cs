using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Checksums;

/// <summary>
/// What the values of a column add to the checksums of their rows: nothing where they are null, else XXH64 of the value in a form that its type's promotions
/// leave as it is, seeded with the field's id. Dates count as the timestamps they may become.
/// </summary>
internal static class ColumnChecksum
{

    public static void AddTo(Span<ulong> rows, DuckDBVector column, ref RowChecksumFunction.FieldIds ids)
    {
        var seed = ids.Next();
        switch (column.Type.Type)
        {
            case DuckDBType.SqlNull:
                break;
            case DuckDBType.Boolean:
                AddNumbers<byte, ByteToLong>(rows, column, seed);
                break;
            case DuckDBType.Integer:
                AddNumbers<int, IntToLong>(rows, column, seed);
                break;
            case DuckDBType.Date:
                AddNumbers<int, DateToLong>(rows, column, seed);
                break;
            case DuckDBType.BigInt or DuckDBType.Time or DuckDBType.Timestamp or DuckDBType.TimestampTz or DuckDBType.TimestampNs:
                AddNumbers<long, LongToLong>(rows, column, seed);
                break;
            case DuckDBType.Float:
                AddNumbers<float, FloatToLong>(rows, column, seed);
                break;
            case DuckDBType.Double:
                AddNumbers<double, DoubleToLong>(rows, column, seed);
                break;
            case DuckDBType.Decimal:
                AddDecimals(rows, column, seed);
                break;
            case DuckDBType.Uuid:
                AddUuids(rows, column, seed);
                break;
            case DuckDBType.Varchar or DuckDBType.Blob:
                AddBytes(rows, column, seed);
                break;
            case DuckDBType.Struct:
                AddStructs(rows, column, seed, ref ids);
                break;
            case DuckDBType.List:
                AddLists(rows, column, seed, ref ids);
                break;
            case DuckDBType.Map:
                AddMaps(rows, column, seed, ref ids);
                break;
            default:
                throw new NotSupportedException($"{RowChecksumFunction.FunctionName} knows no values of type {column.Type}.");
        }
    }

    private static void AddNumbers<T, TConversion>(Span<ulong> rows, DuckDBVector column, ulong seed)
        where T : unmanaged
        where TConversion : struct, IToLong<T>
    {
        var values = column.Values<T>();
        if (column.AllValid)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                rows[row] += XxHash64.Of(seed, (ulong)TConversion.Convert(values[row]));
            }

            return;
        }

        for (var row = 0; row < rows.Length; row++)
        {
            if (column.IsValid(row))
            {
                rows[row] += XxHash64.Of(seed, (ulong)TConversion.Convert(values[row]));
            }
        }
    }

    private static void AddDecimals(Span<ulong> rows, DuckDBVector column, ulong seed)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            if (column.IsValid(row))
            {
                var unscaled = (UInt128)column.Unscaled(row);
                rows[row] += XxHash64.Of(seed, (ulong)unscaled, (ulong)(unscaled >> 64));
            }
        }
    }

    private static void AddUuids(Span<ulong> rows, DuckDBVector column, ulong seed)
    {
        var values = column.Values<DuckDBUuid>();
        for (var row = 0; row < rows.Length; row++)
        {
            if (column.IsValid(row))
            {
                // The sixteen bytes in the order in which Iceberg and everybody else writes them.
                var bits = (UInt128)values[row].Value ^ (UInt128.One << 127);
                rows[row] += XxHash64.Of(seed, BinaryPrimitives.ReverseEndianness((ulong)(bits >> 64)), BinaryPrimitives.ReverseEndianness((ulong)bits));
            }
        }
    }

    private static void AddBytes(Span<ulong> rows, DuckDBVector column, ulong seed)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            if (column.IsValid(row))
            {
                rows[row] += XxHash64.Of(seed, column.Utf8(row));
            }
        }
    }

    /// <summary>Fields in no order, as columns of a row: one that was added later, and is null, changes nothing.</summary>
    private static void AddStructs(Span<ulong> rows, DuckDBVector column, ulong seed, ref RowChecksumFunction.FieldIds ids)
    {
        var inner = ArrayPool<ulong>.Shared.Rent(Math.Max(1, rows.Length));
        try
        {
            var sums = inner.AsSpan(0, rows.Length);
            sums.Clear();
            for (var field = 0; field < column.Type.Fields.Count; field++)
            {
                AddTo(sums, column.Field(field), ref ids);
            }

            for (var row = 0; row < rows.Length; row++)
            {
                if (column.IsValid(row))
                {
                    rows[row] += XxHash64.Of(seed, sums[row]);
                }
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(inner);
        }
    }

    /// <summary>Elements in their order, nulls among them.</summary>
    private static void AddLists(Span<ulong> rows, DuckDBVector column, ulong seed, ref RowChecksumFunction.FieldIds ids)
    {
        var child = column.Child();
        var inner = ArrayPool<ulong>.Shared.Rent(Math.Max(1, child.Count));
        try
        {
            var elements = inner.AsSpan(0, child.Count);
            elements.Clear();
            AddTo(elements, child, ref ids);
            var entries = column.ListEntries;
            for (var row = 0; row < rows.Length; row++)
            {
                if (!column.IsValid(row))
                {
                    continue;
                }

                var (offset, length) = ((int)entries[row].Offset, (int)entries[row].Length);
                var hash = XxHash64.Of(seed, (ulong)length);
                foreach (var element in elements.Slice(offset, length))
                {
                    hash = XxHash64.Of(hash, element);
                }

                rows[row] += hash;
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(inner);
        }
    }

    /// <summary>Entries in no order.</summary>
    private static void AddMaps(Span<ulong> rows, DuckDBVector column, ulong seed, ref RowChecksumFunction.FieldIds ids)
    {
        var entriesOfAll = column.Child();
        var count = entriesOfAll.Count;
        var inner = ArrayPool<ulong>.Shared.Rent(Math.Max(1, 2 * count));
        try
        {
            var keys = inner.AsSpan(0, count);
            var values = inner.AsSpan(count, count);
            keys.Clear();
            values.Clear();
            AddTo(keys, entriesOfAll.Field(0), ref ids);
            AddTo(values, entriesOfAll.Field(1), ref ids);
            var entries = column.ListEntries;
            for (var row = 0; row < rows.Length; row++)
            {
                if (!column.IsValid(row))
                {
                    continue;
                }

                var sum = entries[row].Length;
                for (var i = (int)entries[row].Offset; i < (int)(entries[row].Offset + entries[row].Length); i++)
                {
                    sum += XxHash64.Of(keys[i], values[i]);
                }

                rows[row] += XxHash64.Of(seed, sum);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(inner);
        }
    }

    private interface IToLong<T>
    {
        static abstract long Convert(T value);
    }

    private readonly struct ByteToLong : IToLong<byte>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(byte value) => value;
    }

    private readonly struct IntToLong : IToLong<int>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(int value) => value;
    }

    private readonly struct DateToLong : IToLong<int>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(int value) => value * EpochTime.MicrosPerDay;
    }

    private readonly struct LongToLong : IToLong<long>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(long value) => value;
    }

    private readonly struct FloatToLong : IToLong<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(float value) => DoubleToLong.Convert(value);
    }

    private readonly struct DoubleToLong : IToLong<double>
    {
        /// <summary>NaN has many forms, of which widening may make another.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Convert(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
    }
}
