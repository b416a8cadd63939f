using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Data chunk interface.</summary>
    internal static partial class DataChunks
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_data_chunk")]
        public static partial nint Create(nint* types, ulong columnCount);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_data_chunk")]
        public static partial void Destroy(ref nint chunk);

        /// <summary>Allocates anew where a vector was grown or sliced: not constant-time, so the GC transition stays.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_data_chunk_reset")]
        public static partial void Reset(nint chunk);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_data_chunk_get_column_count")]
        [SuppressGCTransition]
        public static partial ulong GetColumnCount(nint chunk);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_data_chunk_get_vector")]
        [SuppressGCTransition]
        public static partial nint GetVector(nint chunk, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_data_chunk_get_size")]
        [SuppressGCTransition]
        public static partial ulong GetSize(nint chunk);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_data_chunk_set_size")]
        public static partial void SetSize(nint chunk, ulong size);
    }

    /// <summary>Vector interface.</summary>
    internal static partial class Vectors
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_size")]
        public static partial ulong VectorSize();

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_get_column_type")]
        public static partial LogicalTypeHandle GetColumnType(nint vector);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_get_data")]
        [SuppressGCTransition]
        public static partial void* GetData(nint vector);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_get_validity")]
        [SuppressGCTransition]
        public static partial ulong* GetValidity(nint vector);

        /// <summary>May allocate the mask: no GC transition is suppressed.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_ensure_validity_writable")]
        public static partial void EnsureValidityWritable(nint vector);

        /// <summary>
        /// Copies the bytes into the vector's string heap without looking whether they are UTF-8. Allocates, so the GC transition
        /// stays, tempting as it is.
        /// </summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_unsafe_vector_assign_string_element_len")]
        public static partial void UnsafeAssignStringElementLength(nint vector, ulong index, byte* text, ulong length);

        /// <summary>Lets go of what the first vector held.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_vector_reference_vector")]
        public static partial void ReferenceVector(nint to, nint from);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_list_vector_get_child")]
        [SuppressGCTransition]
        public static partial nint ListGetChild(nint vector);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_list_vector_get_size")]
        [SuppressGCTransition]
        public static partial ulong ListGetSize(nint vector);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_list_vector_set_size")]
        public static partial DuckDBState ListSetSize(nint vector, ulong size);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_list_vector_reserve")]
        public static partial DuckDBState ListReserve(nint vector, ulong capacity);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_struct_vector_get_child")]
        [SuppressGCTransition]
        public static partial nint StructGetChild(nint vector, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_array_vector_get_child")]
        [SuppressGCTransition]
        public static partial nint ArrayGetChild(nint vector);
    }
}
