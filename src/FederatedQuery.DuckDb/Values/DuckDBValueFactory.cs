using System.Collections;
using System.Text;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Values;

/// <summary>.NET values to <c>duckdb_value</c>: parameters and single rows, where boxing does not matter.</summary>
internal static unsafe class DuckDBValueFactory
{
    public static ValueHandle Create(object? value) => value switch
    {
        null => NativeMethods.Values.CreateNull(),
        bool v => NativeMethods.Values.CreateBool(v),
        sbyte v => NativeMethods.Values.CreateInt8(v),
        byte v => NativeMethods.Values.CreateUInt8(v),
        short v => NativeMethods.Values.CreateInt16(v),
        ushort v => NativeMethods.Values.CreateUInt16(v),
        int v => NativeMethods.Values.CreateInt32(v),
        uint v => NativeMethods.Values.CreateUInt32(v),
        long v => NativeMethods.Values.CreateInt64(v),
        ulong v => NativeMethods.Values.CreateUInt64(v),
        Int128 v => NativeMethods.Values.CreateHugeInt(new NativeHugeInt(v)),
        UInt128 v => NativeMethods.Values.CreateUHugeInt(new NativeUHugeInt(v)),
        float v => NativeMethods.Values.CreateFloat(v),
        double v => NativeMethods.Values.CreateDouble(v),
        decimal v => Decimal(DuckDBDecimal.From(v)),
        DuckDBDecimal v => Decimal(v),
        string v => Varchar(Encoding.UTF8.GetBytes(v)),
        byte[] v => Blob(v),
        ReadOnlyMemory<byte> v => Blob(v.Span),
        Memory<byte> v => Blob(v.Span),
        Guid v => NativeMethods.Values.CreateUuid(new NativeUHugeInt(DuckDBUuid.ToBits(v))),
        DuckDBUuid v => NativeMethods.Values.CreateUuid(new NativeUHugeInt(DuckDBUuid.ToBits(v.ToGuid()))),
        DateOnly v => NativeMethods.Values.CreateDate(DuckDBDate.From(v)),
        DuckDBDate v => NativeMethods.Values.CreateDate(v),
        TimeOnly v => NativeMethods.Values.CreateTime(DuckDBTime.From(v)),
        DuckDBTime v => NativeMethods.Values.CreateTime(v),
        DuckDBTimeTz v => NativeMethods.Values.CreateTimeTz(v),
        DateTime { Kind: DateTimeKind.Utc } v => NativeMethods.Values.CreateTimestampTz(DuckDBTimestampTz.From(v)),
        DateTime v => NativeMethods.Values.CreateTimestamp(DuckDBTimestamp.From(v)),
        DateTimeOffset v => NativeMethods.Values.CreateTimestampTz(DuckDBTimestampTz.From(v)),
        DuckDBTimestamp v => NativeMethods.Values.CreateTimestamp(v),
        DuckDBTimestampTz v => NativeMethods.Values.CreateTimestampTz(v),
        DuckDBTimestampS v => NativeMethods.Values.CreateTimestampS(v),
        DuckDBTimestampMs v => NativeMethods.Values.CreateTimestampMs(v),
        DuckDBTimestampNs v => NativeMethods.Values.CreateTimestampNs(v),
        TimeSpan v => NativeMethods.Values.CreateInterval(new DuckDBInterval(0, 0, v.Ticks / TimeSpan.TicksPerMicrosecond)),
        DuckDBInterval v => NativeMethods.Values.CreateInterval(v),
        IEnumerable v => List(v),
        _ => throw new ArgumentException($"There is no DuckDB type for a value of {value.GetType()}.", nameof(value)),
    };

    private static ValueHandle Decimal(DuckDBDecimal value) =>
        NativeMethods.Values.CreateDecimal(new NativeDecimal(value.Width, value.Scale, value.Unscaled));

    private static ValueHandle Varchar(ReadOnlySpan<byte> utf8)
    {
        fixed (byte* first = utf8)
        {
            byte none = 0;
            return NativeMethods.Values.CreateVarcharLength(utf8.IsEmpty ? &none : first, (ulong)utf8.Length);
        }
    }

    private static ValueHandle Blob(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            byte none = 0;
            return NativeMethods.Values.CreateBlob(bytes.IsEmpty ? &none : first, (ulong)bytes.Length);
        }
    }

    /// <summary>A LIST; its elements are cast to the first one that is not null, which is what a statement's <c>[...]</c> does too.</summary>
    private static ValueHandle List(IEnumerable items)
    {
        var handles = new List<ValueHandle>();
        try
        {
            foreach (var item in items)
            {
                handles.Add(Create(item));
            }

            var sample = handles.FirstOrDefault(handle => !NativeMethods.Values.IsNull(handle));
            using var childType = sample is null
                ? LogicalTypeConverter.Create(DuckDBLogicalType.Of(DuckDBType.SqlNull))
                : LogicalTypeConverter.Create(DuckDBValueReader.TypeOf(sample));
            var pointers = handles.Select(handle => handle.DangerousGetHandle()).DefaultIfEmpty().ToArray();
            fixed (nint* first = pointers)
            {
                var list = NativeMethods.Values.CreateList(childType, first, (ulong)handles.Count);
                return !list.IsInvalid ? list : throw new ArgumentException("The elements of a list parameter are not of one type.", nameof(items));
            }
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }
}
