using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Values;

/// <summary><c>duckdb_value</c> to .NET: the parameters of a function call.</summary>
internal static unsafe class DuckDBValueReader
{
    /// <summary>
    /// Null, bool, the integer of the type's size, float, double, <see cref="DuckDBDecimal"/>, string, byte[], Guid, the value structs of <c>Types</c>, or
    /// object?[] for a LIST. Other types come as DuckDB's text.
    /// </summary>
    public static object? Read(ValueHandle value)
    {
        if (NativeMethods.Values.IsNull(value))
        {
            return null;
        }

        var type = NativeMethods.Values.GetTypeId(NativeMethods.Values.GetValueType(value));
        return type switch
        {
            DuckDBType.Boolean => NativeMethods.Values.GetBool(value),
            DuckDBType.TinyInt => (sbyte)NativeMethods.Values.GetInt64(value),
            DuckDBType.SmallInt => (short)NativeMethods.Values.GetInt64(value),
            DuckDBType.Integer => (int)NativeMethods.Values.GetInt64(value),
            DuckDBType.BigInt => NativeMethods.Values.GetInt64(value),
            DuckDBType.UnsignedTinyInt => (byte)NativeMethods.Values.GetUInt64(value),
            DuckDBType.UnsignedSmallInt => (ushort)NativeMethods.Values.GetUInt64(value),
            DuckDBType.UnsignedInteger => (uint)NativeMethods.Values.GetUInt64(value),
            DuckDBType.UnsignedBigInt => NativeMethods.Values.GetUInt64(value),
            DuckDBType.HugeInt => NativeMethods.Values.GetHugeInt(value).Value,
            DuckDBType.UnsignedHugeInt => NativeMethods.Values.GetUHugeInt(value).Value,
            DuckDBType.Decimal => Decimal(value),
            DuckDBType.Float => NativeMethods.Values.GetFloat(value),
            DuckDBType.Double => NativeMethods.Values.GetDouble(value),
            DuckDBType.Date => NativeMethods.Values.GetDate(value),
            DuckDBType.Time => NativeMethods.Values.GetTime(value),
            DuckDBType.TimeTz => NativeMethods.Values.GetTimeTz(value),
            DuckDBType.Timestamp => NativeMethods.Values.GetTimestamp(value),
            DuckDBType.TimestampTz => NativeMethods.Values.GetTimestampTz(value),
            DuckDBType.TimestampS => NativeMethods.Values.GetTimestampS(value),
            DuckDBType.TimestampMs => NativeMethods.Values.GetTimestampMs(value),
            DuckDBType.TimestampNs => NativeMethods.Values.GetTimestampNs(value),
            DuckDBType.Interval => NativeMethods.Values.GetInterval(value),
            DuckDBType.Uuid => DuckDBUuid.FromBits(NativeMethods.Values.GetUuid(value).Value),
            DuckDBType.Blob => Blob(value),
            DuckDBType.List => List(value),
            _ => NativeString.Owned(NativeMethods.Values.GetVarchar(value)),
        };
    }

    /// <summary>The type of a value made by <see cref="DuckDBValueFactory"/>.</summary>
    public static DuckDBLogicalType TypeOf(ValueHandle value)
    {
        var type = NativeMethods.Values.GetTypeId(NativeMethods.Values.GetValueType(value));
        switch (type)
        {
            case DuckDBType.Decimal:
                var @decimal = NativeMethods.Values.GetDecimal(value);
                return DuckDBLogicalType.Decimal(@decimal.Width, @decimal.Scale);
            case DuckDBType.List:
                for (ulong i = 0; i < NativeMethods.Values.GetListSize(value); i++)
                {
                    using var child = NativeMethods.Values.GetListChild(value, i);
                    if (!NativeMethods.Values.IsNull(child))
                    {
                        return DuckDBLogicalType.List(TypeOf(child));
                    }
                }

                return DuckDBLogicalType.List(DuckDBLogicalType.Of(DuckDBType.SqlNull));
            default:
                return DuckDBLogicalType.Of(type);
        }
    }

    private static DuckDBDecimal Decimal(ValueHandle value)
    {
        var native = NativeMethods.Values.GetDecimal(value);
        return new DuckDBDecimal(native.Unscaled.Value, native.Width, native.Scale);
    }

    private static byte[] Blob(ValueHandle value)
    {
        var native = NativeMethods.Values.GetBlob(value);
        var bytes = new byte[native.Size];
        Marshal.Copy(native.Data, bytes, 0, bytes.Length);
        NativeMethods.OpenConnect.Free(native.Data);
        return bytes;
    }

    private static object?[] List(ValueHandle value)
    {
        var items = new object?[NativeMethods.Values.GetListSize(value)];
        for (var i = 0; i < items.Length; i++)
        {
            using var child = NativeMethods.Values.GetListChild(value, (ulong)i);
            items[i] = Read(child);
        }

        return items;
    }
}
