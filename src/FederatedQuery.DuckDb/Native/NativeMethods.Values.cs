using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Value interface: parameters of statements and functions.</summary>
    internal static partial class Values
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_value")]
        public static partial void Destroy(ref nint value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_null_value")]
        public static partial ValueHandle CreateNull();

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_bool")]
        public static partial ValueHandle CreateBool([MarshalAs(UnmanagedType.U1)] bool value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_int8")]
        public static partial ValueHandle CreateInt8(sbyte value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uint8")]
        public static partial ValueHandle CreateUInt8(byte value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_int16")]
        public static partial ValueHandle CreateInt16(short value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uint16")]
        public static partial ValueHandle CreateUInt16(ushort value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_int32")]
        public static partial ValueHandle CreateInt32(int value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uint32")]
        public static partial ValueHandle CreateUInt32(uint value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_int64")]
        public static partial ValueHandle CreateInt64(long value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uint64")]
        public static partial ValueHandle CreateUInt64(ulong value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_hugeint")]
        public static partial ValueHandle CreateHugeInt(NativeHugeInt value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uhugeint")]
        public static partial ValueHandle CreateUHugeInt(NativeUHugeInt value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_decimal")]
        public static partial ValueHandle CreateDecimal(NativeDecimal value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_float")]
        public static partial ValueHandle CreateFloat(float value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_double")]
        public static partial ValueHandle CreateDouble(double value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_date")]
        public static partial ValueHandle CreateDate(DuckDBDate value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_time")]
        public static partial ValueHandle CreateTime(DuckDBTime value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_time_tz_value")]
        public static partial ValueHandle CreateTimeTz(DuckDBTimeTz value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_timestamp")]
        public static partial ValueHandle CreateTimestamp(DuckDBTimestamp value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_timestamp_tz")]
        public static partial ValueHandle CreateTimestampTz(DuckDBTimestampTz value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_timestamp_s")]
        public static partial ValueHandle CreateTimestampS(DuckDBTimestampS value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_timestamp_ms")]
        public static partial ValueHandle CreateTimestampMs(DuckDBTimestampMs value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_timestamp_ns")]
        public static partial ValueHandle CreateTimestampNs(DuckDBTimestampNs value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_interval")]
        public static partial ValueHandle CreateInterval(DuckDBInterval value);

        /// <summary>The value's 128 bits in the order they are written: the vector's flipped top bit is not in it.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_uuid")]
        public static partial ValueHandle CreateUuid(NativeUHugeInt value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_blob")]
        public static partial ValueHandle CreateBlob(byte* data, ulong length);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_varchar_length")]
        public static partial ValueHandle CreateVarcharLength(byte* text, ulong length);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_list_value")]
        public static partial ValueHandle CreateList(LogicalTypeHandle childType, nint* values, ulong count);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_value_type")]
        public static partial nint GetValueType(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_type_id")]
        public static partial DuckDBType GetTypeId(nint borrowedType);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_decimal_width")]
        public static partial byte DecimalWidth(nint borrowedType);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_is_null_value")]
        [return: MarshalAs(UnmanagedType.U1)]
        public static partial bool IsNull(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_bool")]
        [return: MarshalAs(UnmanagedType.U1)]
        public static partial bool GetBool(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_int64")]
        public static partial long GetInt64(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_uint64")]
        public static partial ulong GetUInt64(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_hugeint")]
        public static partial NativeHugeInt GetHugeInt(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_uhugeint")]
        public static partial NativeUHugeInt GetUHugeInt(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_decimal")]
        public static partial NativeDecimal GetDecimal(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_float")]
        public static partial float GetFloat(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_double")]
        public static partial double GetDouble(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_date")]
        public static partial DuckDBDate GetDate(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_time")]
        public static partial DuckDBTime GetTime(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_time_tz")]
        public static partial DuckDBTimeTz GetTimeTz(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_timestamp")]
        public static partial DuckDBTimestamp GetTimestamp(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_timestamp_tz")]
        public static partial DuckDBTimestampTz GetTimestampTz(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_timestamp_s")]
        public static partial DuckDBTimestampS GetTimestampS(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_timestamp_ms")]
        public static partial DuckDBTimestampMs GetTimestampMs(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_timestamp_ns")]
        public static partial DuckDBTimestampNs GetTimestampNs(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_interval")]
        public static partial DuckDBInterval GetInterval(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_uuid")]
        public static partial NativeUHugeInt GetUuid(ValueHandle value);

        /// <summary>The bytes are a copy, the caller's to free.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_blob")]
        public static partial NativeBlob GetBlob(ValueHandle value);

        /// <summary>The text is a copy, the caller's to free; any type is cast to text.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_varchar")]
        public static partial nint GetVarchar(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_list_size")]
        public static partial ulong GetListSize(ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_list_child")]
        public static partial ValueHandle GetListChild(ValueHandle value, ulong index);
    }
}
