export default function Page() {
  return <p>pages of {process.env.NEXT_PUBLIC_PAGE_SIZE}</p>;
}
