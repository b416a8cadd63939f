using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Logical type interface. Returned <c>char*</c> are the caller's to free.</summary>
    internal static partial class LogicalTypes
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_logical_type")]
        public static partial LogicalTypeHandle Create(DuckDBType type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_list_type")]
        public static partial LogicalTypeHandle CreateList(LogicalTypeHandle child);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_array_type")]
        public static partial LogicalTypeHandle CreateArray(LogicalTypeHandle child, ulong size);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_map_type")]
        public static partial LogicalTypeHandle CreateMap(LogicalTypeHandle key, LogicalTypeHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_struct_type")]
        public static partial LogicalTypeHandle CreateStruct(nint* types, nint* names, ulong count);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_union_type")]
        public static partial LogicalTypeHandle CreateUnion(nint* types, nint* names, ulong count);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_enum_type")]
        public static partial LogicalTypeHandle CreateEnum(nint* names, ulong count);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_decimal_type")]
        public static partial LogicalTypeHandle CreateDecimal(byte width, byte scale);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_get_type_id")]
        public static partial DuckDBType GetTypeId(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_logical_type_get_alias")]
        public static partial nint GetAlias(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_logical_type_set_alias", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void SetAlias(LogicalTypeHandle type, string alias);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_decimal_width")]
        public static partial byte DecimalWidth(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_decimal_scale")]
        public static partial byte DecimalScale(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_enum_dictionary_size")]
        public static partial uint EnumDictionarySize(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_enum_dictionary_value")]
        public static partial nint EnumDictionaryValue(LogicalTypeHandle type, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_list_type_child_type")]
        public static partial LogicalTypeHandle ListChildType(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_array_type_child_type")]
        public static partial LogicalTypeHandle ArrayChildType(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_array_type_array_size")]
        public static partial ulong ArraySize(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_map_type_key_type")]
        public static partial LogicalTypeHandle MapKeyType(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_map_type_value_type")]
        public static partial LogicalTypeHandle MapValueType(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_struct_type_child_count")]
        public static partial ulong StructChildCount(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_struct_type_child_name")]
        public static partial nint StructChildName(LogicalTypeHandle type, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_struct_type_child_type")]
        public static partial LogicalTypeHandle StructChildType(LogicalTypeHandle type, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_union_type_member_count")]
        public static partial ulong UnionMemberCount(LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_union_type_member_name")]
        public static partial nint UnionMemberName(LogicalTypeHandle type, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_union_type_member_type")]
        public static partial LogicalTypeHandle UnionMemberType(LogicalTypeHandle type, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_logical_type")]
        public static partial void Destroy(ref nint type);
    }
}
