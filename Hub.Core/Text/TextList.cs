using System.Collections;

namespace Hub.Core.Text;

/// <summary>Lists of texts. Thread: the caller guards the list.</summary>
internal static class TextList
{
    /// <summary>A copy of the list's texts. Instead of ArrayList.ToArray(Type), which native AOT cannot check.</summary>
    public static string[] ToArray(ArrayList texts)
    {
        string[] copy = new string[texts.Count];
        texts.CopyTo(copy);
        return copy;
    }
}
