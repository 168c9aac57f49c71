document.title = import.meta.env.VITE_TITLE;
