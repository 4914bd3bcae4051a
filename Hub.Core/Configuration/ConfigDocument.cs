using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Configuration;

/// <summary>What one document of the configuration may hold. Thread: the editor's.</summary>
internal abstract class ConfigDocument
{
    /// <summary>The newest version of the documents that this hub reads and the one it writes.</summary>
    public const long NewestVersion = 1;

    /// <summary>Its key in storage.</summary>
    public abstract string Key { get; }

    /// <summary>What follows "the document must be an object" in a message.</summary>
    public virtual string Content => "";

    /// <summary>Most bytes that it may have.</summary>
    public abstract int MaxBytes { get; }

    /// <summary>The tree that stands for nothing stored.</summary>
    public virtual Hashtable Empty()
    {
        Hashtable root = new Hashtable();
        root[PrinterKeys.Version] = NewestVersion;
        return root;
    }

    /// <summary>Checks the tree and makes the view of it. Errors: <see cref="ErrorCode.ConfigInvalid"/> naming the key.</summary>
    /// <param name="root">The tree; only read.</param>
    /// <param name="warnings">Gets a line for each thing to check.</param>
    public abstract object? Read(Hashtable root, ArrayList warnings);

    /// <summary>Has the secrets of a view masked in the log.</summary>
    public abstract void Mask(object view, Log log);

    /// <summary>Refuses a change that <see cref="Read"/> alone cannot judge. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    public virtual void CheckChange(object? before, object? after)
    {
    }
}
