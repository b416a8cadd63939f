using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Native;

/// <summary>Logical types across the border, both ways.</summary>
internal static unsafe class LogicalTypeConverter
{
    /// <summary>Reads a type in full and destroys the handle.</summary>
    public static DuckDBLogicalType Read(LogicalTypeHandle handle)
    {
        using (handle)
        {
            var type = NativeMethods.LogicalTypes.GetTypeId(handle);
            var read = ReadParts(type, handle);
            var alias = NativeString.Owned(NativeMethods.LogicalTypes.GetAlias(handle));
            return string.IsNullOrEmpty(alias) ? read : read.WithAlias(alias);
        }
    }

    /// <summary>A new native type; the caller owns the handle.</summary>
    public static LogicalTypeHandle Create(DuckDBLogicalType type)
    {
        var handle = CreateParts(type);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw new ArgumentException($"DuckDB does not take the type {type} ({type.Type}).", nameof(type));
        }

        if (type.Alias is not null)
        {
            NativeMethods.LogicalTypes.SetAlias(handle, type.Alias);
        }

        return handle;
    }

    private static DuckDBLogicalType ReadParts(DuckDBType type, LogicalTypeHandle handle)
    {
        switch (type)
        {
            case DuckDBType.Decimal:
                return DuckDBLogicalType.Decimal(
                    NativeMethods.LogicalTypes.DecimalWidth(handle), NativeMethods.LogicalTypes.DecimalScale(handle));
            case DuckDBType.List:
                return DuckDBLogicalType.List(Read(NativeMethods.LogicalTypes.ListChildType(handle)));
            case DuckDBType.Array:
                return DuckDBLogicalType.Array(
                    Read(NativeMethods.LogicalTypes.ArrayChildType(handle)), (int)NativeMethods.LogicalTypes.ArraySize(handle));
            case DuckDBType.Map:
                return DuckDBLogicalType.Map(
                    Read(NativeMethods.LogicalTypes.MapKeyType(handle)), Read(NativeMethods.LogicalTypes.MapValueType(handle)));
            case DuckDBType.Struct:
                return DuckDBLogicalType.Struct(ReadFields(
                    NativeMethods.LogicalTypes.StructChildCount(handle),
                    index => NativeMethods.LogicalTypes.StructChildName(handle, index),
                    index => NativeMethods.LogicalTypes.StructChildType(handle, index)));
            case DuckDBType.Union:
                return DuckDBLogicalType.Union(ReadFields(
                    NativeMethods.LogicalTypes.UnionMemberCount(handle),
                    index => NativeMethods.LogicalTypes.UnionMemberName(handle, index),
                    index => NativeMethods.LogicalTypes.UnionMemberType(handle, index)));
            case DuckDBType.Enum:
                var values = new string[NativeMethods.LogicalTypes.EnumDictionarySize(handle)];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = NativeString.Owned(NativeMethods.LogicalTypes.EnumDictionaryValue(handle, (ulong)i)) ?? "";
                }

                return DuckDBLogicalType.Enum(values);
            default:
                return Enum.IsDefined(type) && type != DuckDBType.Invalid
                    ? DuckDBLogicalType.Of(type)
                    : throw new NotSupportedException($"DuckDB's type number {(int)type} is not known to this binding: cast the column to VARCHAR.");
        }
    }

    private static DuckDBField[] ReadFields(ulong count, Func<ulong, nint> name, Func<ulong, LogicalTypeHandle> type)
    {
        var fields = new DuckDBField[count];
        for (ulong i = 0; i < count; i++)
        {
            fields[i] = new DuckDBField(NativeString.Owned(name(i)) ?? "", Read(type(i)));
        }

        return fields;
    }

    private static LogicalTypeHandle CreateParts(DuckDBLogicalType type)
    {
        switch (type.Type)
        {
            case DuckDBType.Decimal:
                return NativeMethods.LogicalTypes.CreateDecimal(type.Width, type.Scale);
            case DuckDBType.List:
                using (var child = Create(type.Child!))
                {
                    return NativeMethods.LogicalTypes.CreateList(child);
                }

            case DuckDBType.Array:
                using (var child = Create(type.Child!))
                {
                    return NativeMethods.LogicalTypes.CreateArray(child, (ulong)type.ArraySize);
                }

            case DuckDBType.Map:
                using (var key = Create(type.Fields[0].Type))
                using (var value = Create(type.Fields[1].Type))
                {
                    return NativeMethods.LogicalTypes.CreateMap(key, value);
                }

            case DuckDBType.Struct:
            case DuckDBType.Union:
                return CreateWithFields(type);
            case DuckDBType.Enum:
                return CreateEnum(type.EnumValues);
            default:
                return NativeMethods.LogicalTypes.Create(type.Type);
        }
    }

    private static LogicalTypeHandle CreateWithFields(DuckDBLogicalType type)
    {
        var count = type.Fields.Count;
        var handles = new LogicalTypeHandle[count];
        var types = stackalloc nint[count];
        var names = stackalloc nint[count];
        new Span<nint>(names, count).Clear();
        try
        {
            for (var i = 0; i < count; i++)
            {
                handles[i] = Create(type.Fields[i].Type);
                types[i] = handles[i].DangerousGetHandle();
                names[i] = Marshal.StringToCoTaskMemUTF8(type.Fields[i].Name);
            }

            return type.Type == DuckDBType.Struct
                ? NativeMethods.LogicalTypes.CreateStruct(types, names, (ulong)count)
                : NativeMethods.LogicalTypes.CreateUnion(types, names, (ulong)count);
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                Marshal.FreeCoTaskMem(names[i]);
                handles[i]?.Dispose();
            }
        }
    }

    private static LogicalTypeHandle CreateEnum(IReadOnlyList<string> values)
    {
        var names = new nint[values.Count];
        try
        {
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = Marshal.StringToCoTaskMemUTF8(values[i]);
            }

            fixed (nint* first = names)
            {
                return NativeMethods.LogicalTypes.CreateEnum(first, (ulong)names.Length);
            }
        }
        finally
        {
            Array.ForEach(names, Marshal.FreeCoTaskMem);
        }
    }
}
