using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

/// <summary>An owned pointer of the C API; null is the invalid value.</summary>
internal abstract class DuckDBSafeHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        Destroy(handle);
        return true;
    }

    protected abstract void Destroy(nint pointer);
}
