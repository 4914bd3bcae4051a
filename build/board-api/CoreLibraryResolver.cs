using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>Hands Mono.Cecil the board's mscorlib, which it needs to read attributes with enums, and never the laptop's.</summary>
internal sealed class CoreLibraryResolver : IAssemblyResolver
{
    private readonly AssemblyDefinition _coreLibrary;

    public CoreLibraryResolver(string file) => _coreLibrary = AssemblyDefinition.ReadAssembly(file);

    /// <inheritdoc/>
    public AssemblyDefinition Resolve(AssemblyNameReference name) =>
        name.Name == _coreLibrary.Name.Name ? _coreLibrary : throw new AssemblyResolutionException(name);

    /// <inheritdoc/>
    public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters) => Resolve(name);

    /// <inheritdoc/>
    public void Dispose() => _coreLibrary.Dispose();
}
