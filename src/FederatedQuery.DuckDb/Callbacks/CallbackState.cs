using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Callbacks;

/// <summary>Managed objects that DuckDB holds by a pointer and lets go of through a callback.</summary>
internal static unsafe class CallbackState
{
    public static delegate* unmanaged[Cdecl]<nint, void> Destroy => &DestroyCallback;

    /// <summary>A second hold on the same object, for where DuckDB copies a plan.</summary>
    public static delegate* unmanaged[Cdecl]<nint, nint> Copy => &CopyCallback;

    public static nint Keep(object state) => GCHandle.ToIntPtr(GCHandle.Alloc(state));

    public static T Get<T>(nint pointer)
        where T : class => (T)GCHandle.FromIntPtr(pointer).Target!; // Set by Keep, never null.

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CopyCallback(nint pointer) => Keep(Get<object>(pointer));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DestroyCallback(nint pointer)
    {
        var handle = GCHandle.FromIntPtr(pointer);
        var state = handle.Target;
        handle.Free();
        (state as IDisposable)?.Dispose();
    }
}
